/**
 * Reads a whole stream: every shard, parents before their children, through splits and merges, from a position,
 * following or up to the tip.
 */
import { setMaxListeners } from 'node:events';
import { CONSUMER_BYTES_MAX } from '../model/limits.ts';
import { parseSequenceNumber } from '../model/sequence-number.ts';
import { shardId } from '../model/shard.ts';
import type { EpochMs } from '../model/time.ts';
import { listShards } from '../operations/kinesis/list-shards.ts';
import type { Output } from '../operations/operation.ts';
import type { Clock } from '../runtime/clock.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import type { Client } from './client.ts';
import { type Descent, Lineage } from './lineage.ts';
import { type Followed, mergeAsTheyCome, mergeByArrival, type Source } from './merge.ts';
import { PageShare } from './page-share.ts';
import type { Pace } from './poll.ts';
import type { Position } from './position.ts';
import type { HashRangeText, ListedChild } from './records-page.ts';
import { readShard, type ShardBatch, type ShardOutcome, type ShardReaderOptions } from './shard-reader.ts';
import type { StreamRef } from './stream-ref.ts';

export interface ConsumerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly stream: StreamRef;
  readonly from: Position;
  /** Where single shards go on instead, whether they are read from the beginning or descend from one that was. */
  readonly positions?: ReadonlyMap<string, Position> | undefined;
  /** false: stop where the tip was when reading began. */
  readonly follow: boolean;
  readonly untilMs?: EpochMs | undefined;
  /** The shards to begin with; all unless given, one when `from` is a sequence number. What descends from them is read too. */
  readonly shards?: ((id: string) => boolean) | undefined;
  /** 'arrival': as pages come. 'time': by arrival time over all shards; not together with `follow`. */
  readonly order?: 'arrival' | 'time' | undefined;
  readonly pace?: Pace | undefined;
  /** What bounds the pages of all shards together; one of its own unless it is shared with other consumers. */
  readonly pages?: PageShare | undefined;
  /** How a shard is read: polled unless given. */
  readonly read?: ((options: ShardReaderOptions) => AsyncGenerator<ShardBatch, ShardOutcome>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A shard begins to be read, from here. */
  readonly onShardStart?: ((shardId: string, from: Position) => void) | undefined;
  /** A shard has been read to its tip, and there was nothing. */
  readonly onNothing?: ((shardId: string) => void) | undefined;
  /** Tells of a failure that reading survives. */
  readonly onTrouble?: ((error: Error) => void) | undefined;
  /** A closed shard has been read to its end; reading goes on in these. */
  readonly onShardEnd?: ((shardId: string, next: readonly string[]) => void) | undefined;
}

type ShardSource = Source<ShardBatch, ShardOutcome>;
type ListedShard = Output<typeof listShards> extends { readonly Shards?: readonly (infer S)[] | undefined } ? S : never;

export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #lineage = new Lineage();
  readonly #hashRanges = new Map<string, HashRangeText>();
  readonly #pages: PageShare;
  #startedAt = 0;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    const { signal, pages = new PageShare(CONSUMER_BYTES_MAX) } = options;
    this.#pages = pages;
    this.#signal = signal === undefined ? this.#stop.signal : AbortSignal.any([signal, this.#stop.signal]);
    // Every shard listens to it: many are no leak to warn of.
    setMaxListeners(0, this.#signal);
  }

  /** The hash keys of a shard that is being read. */
  hashRangeOf(shardId: string): HashRangeText | undefined {
    return this.#hashRanges.get(shardId);
  }

  /**
   * Batches of records, each of one shard; the end of a closed shard is a batch without records. Leaving the loop ends all calls under way.
   * @throws {ClientError} or {UnreachableError} of a call that could not be made good, or the signal's reason.
   */
  async *batches(): AsyncGenerator<ShardBatch> {
    const { clock, order } = this.#options;
    this.#startedAt = clock.monotonic();
    try {
      const begin = this.#lineage.begin(await this.#listing()).map((id) => this.#read(id, this.#options.from));
      const sources = { begin, follow: (id: string, outcome: ShardOutcome) => this.#follow(id, outcome) };
      yield* order === 'time' ? mergeByArrival(sources) : mergeAsTheyCome(sources);
    } finally {
      this.#stop.abort();
    }
  }

  #read(shardId: string, otherwise: Position): ShardSource {
    const { client, clock, stream, follow, untilMs, pace, onTrouble, positions, read = readShard } = this.#options;
    const [signal, startedAt] = [this.#signal, this.#startedAt];
    const from = positions?.get(shardId) ?? otherwise;
    this.#options.onShardStart?.(shardId, from);
    this.#pages.enter();
    const onNothing = () => this.#options.onNothing?.(shardId);
    const waiting = { follow, untilMs, pace, pages: this.#pages, startedAt, signal, onNothing, onTrouble };
    const reading = { client, clock, stream, shardId, from, ...waiting };
    return { name: shardId, batches: read(reading) };
  }

  async #follow(shardId: string, outcome: ShardOutcome): Promise<Followed<ShardBatch, ShardOutcome>> {
    this.#pages.leave();
    if (!outcome.closed) return { next: [] };
    const children = outcome.children.length > 0 ? outcome.children : await this.#childrenOf(shardId);
    for (const child of children) this.#hashRanges.set(child.shardId, child.hashRange);
    if (this.#lineage.misses(children)) this.#lineage.learn((await this.#list(undefined)).map(descentOf));
    const followedBy = this.#lineage.end(shardId, children);
    this.#options.onShardEnd?.(shardId, followedBy);
    const next = followedBy.map((id) => this.#read(id, { at: 'horizon' }));
    return { next, last: { shardId, records: [], lagMs: 0, followedBy } };
  }

  /** The shards to begin with. Asking for fewer by filter saves work; what a server sends too many does no harm. */
  async #listing(): Promise<readonly Descent[]> {
    const { from, positions } = this.#options;
    const shards = 'sequenceNumber' in from ? shardOfNumber(from.sequenceNumber) : this.#options.shards;
    const filter =
      positions !== undefined
        ? undefined
        : from.at === 'latest'
          ? { Type: 'AT_LATEST' as const }
          : from.at === 'time'
            ? { Type: 'FROM_TIMESTAMP' as const, Timestamp: from.ms }
            : undefined;
    const listed = await this.#list(filter);
    const wanted = listed.filter((shard) => shards?.(shard.ShardId) ?? true);
    if (wanted.length === 0 && 'sequenceNumber' in from) {
      throw new SluiceError('SLUICE_NO_SUCH_SHARD', 'the sequence number belongs to no shard of this stream');
    }
    if (from.at !== 'latest') return wanted.map(descentOf);
    const isOpen = (shard: ListedShard) => shard.SequenceNumberRange.EndingSequenceNumber === undefined;
    return wanted.filter((shard) => isOpen(shard) || positions?.has(shard.ShardId)).map(descentOf);
  }

  /** For servers that do not name the children at the end of a shard. */
  async #childrenOf(shardId: string): Promise<readonly ListedChild[]> {
    const listed = (await this.#list(undefined)).map((shard) => ({
      ...descentOf(shard),
      hashRange: shard.HashKeyRange,
    }));
    return listed.filter((shard) => shard.parents.includes(shardId));
  }

  async #list(filter: ShardFilter | undefined): Promise<readonly ListedShard[]> {
    const { client, stream } = this.#options;
    const signal = this.#signal;
    const shards: ListedShard[] = [];
    let token: string | undefined;
    do {
      const input = token === undefined ? { ...stream, ShardFilter: filter } : { NextToken: token };
      const page: Output<typeof listShards> = await client.call(listShards, input, { signal });
      shards.push(...(page.Shards ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    for (const shard of shards) this.#hashRanges.set(shard.ShardId, shard.HashKeyRange);
    return shards;
  }
}

type ShardFilter = { readonly Type: 'AT_LATEST' } | { readonly Type: 'FROM_TIMESTAMP'; readonly Timestamp: EpochMs };

/** A sequence number says which shard it is of. */
function shardOfNumber(text: string): (id: string) => boolean {
  const number = parseSequenceNumber(text);
  const id = number === undefined ? '' : shardId(number.shardIndex);
  return (one) => one === id;
}

function descentOf(shard: ListedShard): Descent {
  const parents = [shard.ParentShardId, shard.AdjacentParentShardId].filter((id) => id !== undefined);
  return { shardId: shard.ShardId, parents };
}
