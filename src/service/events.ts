/** What happens in the service, told to whoever logs and counts: the service itself does neither. */
import type { CatalogEvent } from '../model/catalog.ts';
import type { Stream } from '../model/stream.ts';

export interface ServiceEvents {
  /** Once a put. `bytes` are encoded bytes of all its records; `refused` counts records that the store did not take. */
  recordsPut(stream: Stream, put: { readonly records: number; readonly bytes: number; readonly refused: number }): void;
  /** Once a read; `bytes` as in recordsPut. */
  recordsRead(stream: Stream, read: { readonly records: number; readonly bytes: number; readonly lagMs: number }): void;
  /** After the change is durable. */
  catalogChanged(event: CatalogEvent): void;
  /** The store would not take or give records; the caller was told InternalFailure or to slow down. */
  storeFailed(stream: Stream, error: Error): void;
  /** A change was accepted but could not be carried out; it will be tried again. */
  transitionFailed(stream: Stream, error: unknown): void;
  /** A file of a channel could not be written; it will be tried again. */
  deliveryFailed(stream: Stream, channel: string, error: unknown): void;
  sweepFailed(error: unknown): void;
}
