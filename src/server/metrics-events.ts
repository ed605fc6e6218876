/** The newest things that happened, for people: changes of streams, spells of throttling, consumers that come and go. */
import type { Catalog, CatalogEvent } from '../model/catalog.ts';
import { METRICS_EVENTS_MAX } from '../model/limits.ts';
import type { MetricsEvent, MetricsEventKind } from '../model/metrics-frame.ts';
import type { Clock } from '../runtime/clock.ts';

type Told = Omit<MetricsEvent, 'atMs'>;

export interface EventLogOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly catalog: () => Catalog;
}

export class EventLog {
  readonly #options: EventLogOptions;
  readonly #events = new Map<number, MetricsEvent>();
  /** Of streams by id, also of those that have just gone. */
  readonly #names: Map<number, string>;
  #count = 0;

  constructor(options: EventLogOptions) {
    this.#options = options;
    this.#names = new Map([...options.catalog().streams.values()].map(({ id, name }) => [id, name]));
  }

  add(told: Told): void {
    this.#count += 1;
    this.#events.set(this.#count, { atMs: this.#options.clock.now(), ...told });
    this.#events.delete(this.#count - METRICS_EVENTS_MAX);
  }

  /** By number. */
  members(): Readonly<Record<string, MetricsEvent>> {
    return Object.fromEntries(this.#events);
  }

  /** Tells a change of the catalog, if people care. */
  catalogChanged(event: CatalogEvent): void {
    const id = 'stream' in event ? event.stream.id : 'id' in event ? event.id : undefined;
    const named = id === undefined ? undefined : this.#options.catalog().streams.get(id)?.name;
    if (named !== undefined) this.#names.set(id!, named);
    const stream = named ?? this.#names.get(id ?? 0);
    const told = toldOf(event, this.#options.clock.now());
    if (told !== undefined && stream !== undefined) this.add({ ...told, stream });
    if (event.kind === 'streamDeleted') this.#names.delete(event.id);
  }
}

/** Changes that take no time are told once, when they are done. */
function toldOf(event: CatalogEvent, nowMs: number): Told | undefined {
  switch (event.kind) {
    case 'streamCreated':
      return event.stream.transition!.dueMs > nowMs ? { kind: 'streamCreating' } : undefined;
    case 'streamActivated':
      return { kind: 'streamActive', opened: event.shards.map(({ index }) => index) };
    case 'transitionStarted': {
      const { change, dueMs } = event.transition;
      if (dueMs <= nowMs) return undefined;
      return { kind: change.kind === 'delete' ? 'streamDeleting' : 'streamUpdating', detail: change.kind };
    }
    case 'streamResharded': {
      const opened = event.opened.map(({ index }) => index);
      return { kind: reshardKind(event.closed.length, opened.length), shards: event.closed, opened };
    }
    case 'streamDeleted':
      return { kind: 'streamDeleted' };
    case 'retentionChanged':
      return { kind: 'retentionChanged', detail: `${event.retentionHours} h` };
    case 'encryptionChanged':
      return { kind: 'encryptionChanged', detail: event.keyId === undefined ? 'NONE' : 'KMS' };
    case 'consumerRegistered':
      return { kind: 'consumerRegistered', consumer: event.consumer.name };
    case 'consumerDeregistered':
      return { kind: 'consumerDeregistered', consumer: event.name };
    case 'streamSet':
      return { kind: 'streamChanged', detail: Object.keys(event.settings).join(', ') };
    case 'settingsSettled':
      return { kind: 'streamActive' };
    default:
      return undefined;
  }
}

function reshardKind(closed: number, opened: number): MetricsEventKind {
  if (closed === 1 && opened === 2) return 'shardSplit';
  return closed === 2 && opened === 1 ? 'shardsMerged' : 'resharded';
}

/** What lasts: it begins with its first sign and has ended when there was none for a while. */
export class Spells {
  readonly #quietMs: number;
  readonly #lastMs = new Map<string, { readonly told: Told; atMs: number }>();

  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  /** A sign of the spell `name`; `told` tells its end. Returns whether it has just begun. */
  sign(name: string, atMs: number, told: () => Told): boolean {
    const known = this.#lastMs.get(name);
    if (known !== undefined) known.atMs = atMs;
    else this.#lastMs.set(name, { told: told(), atMs });
    return known === undefined;
  }

  /** Tells those that have ended, once each. */
  ended(atMs: number): readonly Told[] {
    const ended = [...this.#lastMs].filter(([, last]) => atMs - last.atMs >= this.#quietMs);
    for (const [name] of ended) this.#lastMs.delete(name);
    return ended.map(([, { told }]) => told);
  }
}
