/** Where the catalog is kept: one event a change, durable before anyone sees it. The one in files is disk-journal.ts. */
import { applyEvent, type Catalog, type CatalogEvent, emptyCatalog } from '../model/catalog.ts';

export type JournalHealth = { readonly state: 'ok' } | { readonly state: 'failed'; readonly reason: string };

export interface Journal {
  /** All events so far, applied. */
  readonly catalog: Catalog;
  /**
   * Applies an event once it is durable. One at a time: the caller waits before it appends the next.
   * A rejection leaves `catalog` as it was; the event may nevertheless be there after a restart if the disk failed.
   */
  append(event: CatalogEvent): Promise<void>;
  /** 'failed': no change is taken any more until a restart. */
  health(): JournalHealth;
  close(): Promise<void>;
}

/** A journal that forgets. */
export function memoryJournal(): Journal {
  let catalog = emptyCatalog;
  return {
    get catalog() {
      return catalog;
    },
    append: (event) => {
      catalog = applyEvent(catalog, event);
      return Promise.resolve();
    },
    health: () => ({ state: 'ok' }),
    close: () => Promise.resolve(),
  };
}
