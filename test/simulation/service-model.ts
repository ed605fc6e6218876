/** What is known of a service from outside: a naive record of what was asked, told and seen, and of where that stood at a cut. */
import type { Catalog, CatalogEvent } from '../../src/model/catalog.ts';
import { encodeCatalog } from '../../src/model/catalog-json.ts';
import { HOUR_MS } from '../../src/model/time.ts';
import type { Journal } from '../../src/service/journal.ts';
import type { SimDisk } from './sim-disk.ts';

/** A record that was acknowledged, or that a reader got. */
export interface Known {
  readonly stream: number;
  readonly shard: number;
  readonly text: string;
  readonly number: bigint;
  readonly arrivalMs: number;
}

/** Of one stream: between what was asked and what was answered, either may hold. */
export interface Retention {
  readonly hoursMin: number;
  readonly hoursMax: number;
  /** What arrived before is gone for good. */
  readonly goneBefore: number;
  /** What arrived at or after was not to go by any change. */
  readonly sureFrom: number;
}

/** A moment at which power or process ended, with what was known then. */
export interface Cut {
  readonly seed: number;
  readonly disk: SimDisk;
  readonly isKill: boolean;
  readonly nowMs: number;
  /** Texts that were put, by their numbers: below it. */
  readonly asked: number;
  readonly known: readonly Known[];
  readonly knownCount: number;
  readonly told: number;
  readonly retention: ReadonlyMap<number, Retention>;
  /** Catalogs the journal may hold. */
  readonly catalogs: readonly Catalog[];
}

/** A change of retention that is not answered: it changes the stream that has the name when its turn comes. */
interface RetentionChange {
  id: number;
  readonly name: string;
  readonly hours: number;
  readonly askedMs: number;
}

export class ServiceModel {
  known: Known[] = [];
  readonly #isKnown = new Set<string>();
  /** By stream and number; grows only. `toldAt` says how many there were when it was told. */
  readonly told = new Map<string, { readonly text: string; readonly toldAt: number }>();
  /** By shard, of all that were told. */
  readonly highest = new Map<number, bigint>();
  readonly retention = new Map<number, Retention>();
  readonly #open = new Set<RetentionChange>();
  asked = 0;
  /** A promise that was broken while the service ran. */
  broken: Error | undefined;
  #pending: Catalog | undefined;
  #journal: Journal | undefined;

  newText(fraction: number): string {
    return `${this.asked++} `.padEnd(Math.floor(fraction ** 3 * 600), '.');
  }

  tell(record: Known): void {
    const key = `${record.stream} ${record.number}`;
    const before = this.told.get(key);
    if (before !== undefined && before.text !== record.text) {
      this.broken ??= new Error(`number ${record.number} was given to "${before.text}" and to "${record.text}"`);
    }
    if (before === undefined) this.told.set(key, { text: record.text, toldAt: this.told.size });
    if (!this.#isKnown.has(key)) this.known.push(record);
    this.#isKnown.add(key);
    const { shard, number } = record;
    if (number > (this.highest.get(shard) ?? -1n)) this.highest.set(shard, number);
  }

  /** The answer to one put, in the order of its request; `asked`: what `highest` was when it was made. */
  tellAll(records: readonly Known[], asked: ReadonlyMap<number, bigint>): void {
    const last = new Map(asked);
    for (const record of records) {
      const { shard, number, text } = record;
      if (number <= (last.get(shard) ?? -1n)) this.broken ??= new Error(`"${text}" comes before an earlier record`);
      last.set(shard, number);
      this.tell(record);
    }
  }

  /** After an end: of what was known only what is there still counts, though all that was told stays told. */
  keep(found: readonly Known[]): void {
    const kept = found.filter(({ stream, number }) => this.#isKnown.has(`${stream} ${number}`));
    this.known = [];
    this.#isKnown.clear();
    for (const record of kept) this.tell(record);
  }

  retentionOf(id: number): Retention {
    return this.retention.get(id) ?? { hoursMin: 24, hoursMax: 24, goneBefore: 0, sureFrom: 0 };
  }

  /** A change of retention is asked for; the returned function says that it holds. */
  askRetention(asked: RetentionChange): (heldMs: number) => void {
    const change = { ...asked };
    this.#open.add(change);
    this.#asked(change);
    return (heldMs) => {
      this.#open.delete(change);
      const { id, hours, askedMs } = change;
      const now = this.retentionOf(id);
      const goneBefore = Math.max(now.goneBefore, askedMs - Math.min(now.hoursMax, hours) * HOUR_MS);
      // Another change that is not answered may come before it or after it.
      const isAlone = ![...this.#open].some((other) => other.id === id);
      // It may have waited for its turn, while more went by the shorter of the two.
      const kept = Math.max(now.sureFrom, heldMs - now.hoursMin * HOUR_MS);
      this.retention.set(id, {
        ...now,
        goneBefore,
        sureFrom: kept,
        ...(isAlone && { hoursMin: hours, hoursMax: hours }),
      });
    };
  }

  #asked({ id, hours, askedMs }: RetentionChange): void {
    const old = this.retentionOf(id);
    const [hoursMin, hoursMax] = [Math.min(old.hoursMin, hours), Math.max(old.hoursMax, hours)];
    const sureFrom = Math.max(old.sureFrom, askedMs - hoursMin * HOUR_MS);
    this.retention.set(id, { ...old, hoursMin, hoursMax, sureFrom });
  }

  /** While a change waited, its stream may have been deleted and made again: it is the new one's then. */
  #changes(event: CatalogEvent, { streams }: Catalog): void {
    if (event.kind !== 'retentionChanged') return;
    const { id, retentionHours } = event;
    const alike = [...this.#open].filter(
      ({ name, hours }) => name === streams.get(id)?.name && hours === retentionHours,
    );
    if (alike.length === 0 || alike.some((change) => change.id === id)) return;
    alike[0]!.id = id;
    this.#asked(alike[0]!);
  }

  /** A journal that says what is about to be written. */
  watch(journal: Journal, applied: (event: CatalogEvent) => Catalog): Journal {
    this.#journal = journal;
    this.#pending = undefined;
    return {
      get catalog() {
        return journal.catalog;
      },
      append: async (event) => {
        this.#changes(event, journal.catalog);
        // After a failed sync nothing more is written, and what failed may be there or not.
        if (journal.health().state === 'ok') this.#pending = applied(event);
        try {
          await journal.append(event);
        } finally {
          if (journal.health().state === 'ok') this.#pending = undefined;
        }
      },
      health: () => journal.health(),
      close: () => journal.close(),
    };
  }

  cut(moment: Pick<Cut, 'seed' | 'disk' | 'isKill' | 'nowMs'>): Cut {
    const catalog = this.#journal?.catalog;
    return {
      ...moment,
      asked: this.asked,
      known: this.known,
      knownCount: this.known.length,
      told: this.told.size,
      retention: new Map(this.retention),
      catalogs: [catalog, this.#pending].filter((one) => one !== undefined),
    };
  }
}

const texts = new WeakMap<Catalog, string>();

/** A catalog as text, without what every start changes. */
export function catalogText(catalog: Catalog): string {
  let text = texts.get(catalog);
  if (text === undefined) {
    text = encodeCatalog({ ...catalog, epoch: 0, tokenKey: '' });
    texts.set(catalog, text);
  }
  return text;
}
