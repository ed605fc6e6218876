/** Turns observations into the board that is drawn. Keeps what rates and histories need, and nothing that grows. */
import type { MetricsEvent } from '../model/metrics-frame.ts';
import type { Board, EventFigures, Observation } from './figures.ts';
import type { Span } from './shard-meter.ts';
import { StreamMeter } from './stream-meter.ts';
import { safeText } from './text.ts';

export class Meter {
  #streams = new Map<string, StreamMeter>();
  #lastTickMs: number | undefined;
  /** Counts up over restarts of the server, whose own clock starts again. */
  #timeMs = 0;

  /** The board after one more observation. */
  take(seen: Observation): Board {
    const wentBack = this.#lastTickMs !== undefined && seen.tickMs < this.#lastTickMs;
    // A server that started again counts from 0: rates begin anew, histories of other sources too.
    if (wentBack) this.#streams = new Map();
    const isFirst = this.#lastTickMs === undefined || wentBack;
    const fromMs = this.#timeMs;
    const toMs = isFirst ? fromMs : fromMs + (seen.tickMs - this.#lastTickMs!);
    this.#timeMs = toMs;
    this.#lastTickMs = seen.tickMs;
    return {
      source: seen.source,
      atMs: seen.atMs,
      streams: this.#takeStreams(seen, { fromMs, toMs, atMs: seen.atMs }),
      events: eventsOf(seen.events),
      readMs: seen.readMs,
      hasRates: !isFirst,
      cloudWatch: seen.cloudWatch,
    };
  }

  #takeStreams(seen: Observation, span: Span): Board['streams'] {
    const meters = new Map<string, StreamMeter>();
    const figures = Object.entries(seen.streams).map(([id, stream]) => {
      const meter = this.#streams.get(id) ?? new StreamMeter(id);
      meters.set(id, meter);
      return meter.take(stream, span);
    });
    this.#streams = meters;
    return figures.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }
}

function eventsOf(events: Observation['events']): readonly EventFigures[] {
  return Object.entries(events)
    .map(([number, event]) => ({
      number: Number(number),
      atMs: event.atMs,
      stream: event.stream === undefined ? undefined : safeText(event.stream),
      text: safeText(eventText(event)),
      isBad: event.kind === 'throttlingBegan' || (event.kind === 'healthChanged' && event.detail !== 'ok'),
    }))
    .sort((a, b) => b.number - a.number);
}

const names = (shards: readonly number[] | undefined) =>
  (shards ?? []).map((index) => String(index).padStart(4, '0')).join(',');

/** `split 0008→0012,0013`: an event in few words. */
function eventText(event: MetricsEvent): string {
  const { stream = '', consumer = '', detail = '' } = event;
  const became = `${names(event.shards)}→${names(event.opened)}`;
  const texts: Readonly<Record<MetricsEvent['kind'], string>> = {
    daemonStarted: 'daemon started',
    healthChanged: `health ${detail}`,
    streamCreating: `CREATING ${stream}`,
    streamActive: `ACTIVE ${stream}`,
    streamUpdating: `UPDATING ${stream}`,
    streamDeleting: `DELETING ${stream}`,
    streamDeleted: `deleted ${stream}`,
    streamChanged: `changed ${stream} ${detail}`,
    shardSplit: `split ${became}`,
    shardsMerged: `merge ${became}`,
    resharded: `reshard ${became}`,
    retentionChanged: `retention ${stream} ${detail}`,
    encryptionChanged: `encryption ${stream} ${detail}`,
    consumerRegistered: `${consumer} registered`,
    consumerDeregistered: `${consumer} deregistered`,
    subscriptionStarted: `${consumer} subscribed ${names(event.shards)}`,
    subscriptionEnded: `${consumer} left ${names(event.shards)}`,
    throttlingBegan: `throttle ${names(event.shards)}`,
    throttlingEnded: `throttle ${names(event.shards)} over`,
  };
  return (texts[event.kind] ?? event.kind).trim();
}
