/** What the service is made of, and the settings it runs under: handed from service.ts to the files that do the work. */
import type { CatalogEvent } from '../model/catalog.ts';
import { Fault } from '../model/fault.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { type Store, StoreError } from '../store/store.ts';
import type { ChannelFolder } from './channel-files.ts';
import type { ServiceEvents } from './events.ts';
import type { Journal } from './journal.ts';
import type { OnDemandGrowth } from './on-demand-growth.ts';
import type { ShardThrottles } from './shard-throttles.ts';
import type { StreamTable } from './stream-table.ts';
import type { Subscriptions } from './subscriptions.ts';
import type { Turns } from './turns.ts';

/** What of AWS's ways is simulated. Read anew at each call, so it may change while the service runs. */
export interface Realism {
  /** How long streams stay CREATING, UPDATING and DELETING; with 0 a change is complete when its call answers. */
  readonly transitionMs: number;
  /** AWS's limits per shard. */
  readonly strictLimits: boolean;
}

export interface ServiceSettings extends Realism {
  /** Open shards in all. */
  readonly shardsMax: number;
  /** All accounts and regions see the same streams. */
  readonly sharedNamespace: boolean;
  /** Records go after so long whatever the retention of their stream, with the next sweep; no bound unless given. */
  readonly retentionCapMs?: number | undefined;
  /** On-demand streams grow with what they take. */
  readonly onDemandScaling?: boolean | undefined;
}

export interface ServiceOptions {
  /** Opened and empty, or of the same age as the journal. The service never closes it. */
  readonly store: Store;
  /** The service never closes it. */
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: ServiceEvents;
  /** Where channels put their files; without it there are no channels. */
  readonly delivery?: ChannelFolder | undefined;
  readonly settings: ServiceSettings;
}

export interface ServiceParts extends ServiceOptions {
  readonly table: StreamTable;
  readonly turns: Turns;
  readonly subscriptions: Subscriptions;
  /** Present with `onDemandScaling`. */
  readonly growth: OnDemandGrowth | undefined;
  /** Secret of iterators and page tokens. */
  readonly tokenKey: Uint8Array;
  /** In force with `strictLimits`: ask strictThrottles. */
  readonly throttles: ShardThrottles;
}

/** The limits of shards, where AWS's are in force. */
export function strictThrottles({ settings, throttles }: ServiceParts): ShardThrottles | undefined {
  return settings.strictLimits ? throttles : undefined;
}

/** Makes an event durable, then shows it to everyone. Only within a turn. */
export async function record(parts: ServiceParts, event: CatalogEvent): Promise<void> {
  await parts.journal.append(event);
  parts.table.refresh(parts.journal.catalog);
  parts.subscriptions.wake();
  parts.events.catalogChanged(event);
}

/**
 * What a caller is told of an error: faults as they are, no room as an InternalFailure that says so, anything else as
 * one without words, with its cause.
 */
export function faultFrom(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof StoreError && error.kind === 'readOnly') return noRoom(error);
  if (error instanceof SluiceError && error.code === 'SLUICE_DISK_FULL') return noRoom(error);
  return new Fault('InternalFailure', '', { cause: error });
}

/** AWS's code, with words of ours: its callers try again by the code, and people read why it takes so long. */
export function noRoom(error: Error): Fault {
  return new Fault('InternalFailure', `No records are taken: ${error.message}`);
}
