/**
 * Delivery in the background: reads each shard of a stream that has channels, parents before their children, and writes
 * a file when its oldest record is as old as the channel allows, when there is enough, or when the shard ends. Which
 * records are in files is recorded after the file is on disk: a crash in between writes that file once more.
 */
import {
  type Channel,
  channelFileName,
  channelStatus,
  type DeliveredPlace,
  deadLetterPlace,
  deliverableShards,
  filesPlace,
} from '../model/channel.ts';
import { ChannelLines, FORMAT_ENDING } from '../model/channel-lines.ts';
import {
  CHANNEL_FILE_BYTES_MAX,
  CHANNEL_LOOK_MS,
  CHANNEL_RETRY_MS_MAX,
  DISK_SLICE_BYTES,
  GET_RECORDS_MAX,
} from '../model/limits.ts';
import type { RecordBlock } from '../model/record-batch.ts';
import { shardHorizon } from '../model/retention.ts';
import { sequenceNumber } from '../model/sequence-number.ts';
import type { Shard } from '../model/shard.ts';
import type { Offset } from '../model/shard-key.ts';
import { type EpochMs, SECOND_MS } from '../model/time.ts';
import type { ShardLog } from '../store/store.ts';
import { type ChannelFolder, writeChannelFile } from './channel-files.ts';
import type { LiveStream } from './live-stream.ts';
import { record, type ServiceParts } from './parts.ts';
import { readFrom } from './reading.ts';

/** What has been seen of a shard beyond its delivered place. */
interface Waiting {
  readonly from: Offset;
  next: Offset;
  bytes: number;
  sinceMs: EpochMs | undefined;
}

/** When a channel whose delivery failed is tried again, in time of the monotonic clock. */
interface Retry {
  readonly waitMs: number;
  readonly dueMs: number;
}

interface Source {
  readonly live: LiveStream;
  readonly channel: Channel;
  readonly shard: Shard;
  readonly log: ShardLog;
  readonly nowMs: EpochMs;
}

export class ChannelDelivery {
  readonly #parts: ServiceParts;
  readonly #folder: ChannelFolder;
  readonly #waiting = new Map<string, Waiting>();
  readonly #retries = new Map<string, Retry>();

  constructor(parts: ServiceParts, folder: ChannelFolder) {
    this.#parts = parts;
    this.#folder = folder;
  }

  /** Looks at all channels every CHANNEL_LOOK_MS until the signal fires. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#parts.clock.sleep(CHANNEL_LOOK_MS, signal);
      } catch {
        return;
      }
      for (let more = true; more && !signal.aborted; ) more = await this.#look(signal);
    }
  }

  /** Writes one file at most for each shard; says whether one was full, so that more may be there. */
  async #look(signal: AbortSignal): Promise<boolean> {
    let more = false;
    const streams = [...this.#parts.table.all()];
    this.#forgetGone(streams);
    for (const live of streams) {
      for (const channel of live.stream.channels ?? []) {
        if (signal.aborted) return false;
        if (await this.#tryToDeliver(live, channel, signal)) more = true;
      }
    }
    return more;
  }

  /** A failure is told, and tried again later and later. */
  async #tryToDeliver(live: LiveStream, channel: Channel, signal: AbortSignal): Promise<boolean> {
    const { clock, events } = this.#parts;
    const retry = this.#retries.get(channel.id);
    if (retry !== undefined && clock.monotonic() < retry.dueMs) return false;
    try {
      const more = await this.#deliver(live, channel, signal);
      this.#retries.delete(channel.id);
      return more;
    } catch (error) {
      const waitMs = Math.min(CHANNEL_RETRY_MS_MAX, retry === undefined ? CHANNEL_LOOK_MS : 2 * retry.waitMs);
      this.#retries.set(channel.id, { waitMs, dueMs: clock.monotonic() + waitMs });
      events.deliveryFailed(live.stream, channel.name, error);
      return false;
    }
  }

  #forgetGone(streams: readonly LiveStream[]): void {
    const there = new Set(streams.flatMap(({ stream }) => (stream.channels ?? []).map(({ id }) => id)));
    for (const id of this.#retries.keys()) if (!there.has(id)) this.#retries.delete(id);
    for (const key of this.#waiting.keys()) if (!there.has(key.slice(0, key.indexOf('/')))) this.#waiting.delete(key);
  }

  async #deliver(live: LiveStream, channel: Channel, signal: AbortSignal): Promise<boolean> {
    const nowMs = this.#parts.clock.now();
    if (channelStatus(channel, nowMs) !== 'ACTIVE' || live.stream.status === 'DELETING') return false;
    const delivered: Record<number, DeliveredPlace> = {};
    let more = false;
    try {
      for (const index of deliverableShards(live.stream, channel)) {
        const shard = live.shard(index);
        if (signal.aborted || shard === undefined) break;
        const source = { live, channel, shard, log: await live.log(shard), nowMs };
        const { place, full } = await this.#deliverShard(source);
        if (place !== undefined) delivered[index] = place;
        more ||= full || place?.ended === true;
      }
    } finally {
      if (Object.keys(delivered).length > 0) await this.#remember(live, channel, delivered);
    }
    return more;
  }

  async #deliverShard(source: Source): Promise<{ place: DeliveredPlace | undefined; full: boolean }> {
    const { live, channel, shard, log, nowMs } = source;
    // Asked before the end of the log is: the end of a closed shard is final.
    const closed = live.shard(shard.index)?.closedMs !== undefined;
    const waiting = await this.#watched(source);
    await this.#scan(source, waiting);
    const full = waiting.bytes >= CHANNEL_FILE_BYTES_MAX;
    const ended = closed && waiting.next >= (await log.range()).next;
    const dueMs = (waiting.sinceMs ?? Number.POSITIVE_INFINITY) + channel.freshnessSeconds * SECOND_MS;
    if (!full && !ended && nowMs < dueMs) return { place: undefined, full };
    if (waiting.bytes > 0) await this.#write(source, waiting);
    this.#waiting.delete(keyOf(source));
    return { place: { next: waiting.next, ended }, full };
  }

  async #watched(source: Source): Promise<Waiting> {
    const { channel, shard, log } = source;
    const from = channel.places[shard.index]?.next ?? (await log.range()).first;
    const known = this.#waiting.get(keyOf(source));
    if (known?.from === from) return known;
    const waiting = { from, next: from, bytes: 0, sinceMs: undefined };
    this.#waiting.set(keyOf(source), waiting);
    return waiting;
  }

  /** Counts what has come since the last look. */
  async #scan(source: Source, waiting: Waiting): Promise<void> {
    while (waiting.bytes < CHANNEL_FILE_BYTES_MAX) {
      const blocks = await this.#read(source, waiting.next, CHANNEL_FILE_BYTES_MAX - waiting.bytes);
      if (blocks.length === 0) return;
      for (const { starts, count, next, arrivalMs } of blocks) {
        waiting.sinceMs ??= arrivalMs;
        waiting.bytes += starts[count]! - starts[0]!;
        waiting.next = next;
      }
    }
  }

  async #write(source: Source, { from, next }: Waiting): Promise<void> {
    const { channel, shard } = source;
    const { format, storage } = channel;
    const lines = new ChannelLines(format, shard);
    let first: RecordBlock | undefined;
    for (let at = from; at < next; ) {
      const blocks = await this.#read(source, at, CHANNEL_FILE_BYTES_MAX);
      if (blocks.length === 0) break;
      for (const block of blocks) {
        first ??= block;
        lines.add(block, next);
        at = block.next;
      }
    }
    if (first === undefined) return;
    const { arrivalMs } = first;
    const number = sequenceNumber(shard, first.first, arrivalMs);
    const name = `${channelFileName(channel, shard.index, number)}.${FORMAT_ENDING[format]}`;
    const { bytes, refused } = lines;
    const file = { arrivalMs, name, compression: storage.compression };
    if (bytes.length > 0) await writeChannelFile(this.#folder, { ...file, place: filesPlace(channel), bytes });
    if (refused.length === 0) return;
    await writeChannelFile(this.#folder, { ...file, place: deadLetterPlace(channel), bytes: refused });
  }

  async #read({ live, shard, log, nowMs }: Source, from: Offset, bytes: number): Promise<readonly RecordBlock[]> {
    const limit = { records: GET_RECORDS_MAX, bytes: Math.min(bytes, DISK_SLICE_BYTES) };
    const { blocks } = await readFrom(log, { from, limit, horizonMs: shardHorizon(live.stream, shard, nowMs) });
    return blocks;
  }

  async #remember(live: LiveStream, channel: Channel, places: Record<number, DeliveredPlace>): Promise<void> {
    const { turns, journal } = this.#parts;
    await turns.run(async () => {
      const { id } = live.stream;
      const there = journal.catalog.streams.get(id)?.channels?.some((other) => other.id === channel.id);
      if (there) await record(this.#parts, { kind: 'channelDelivered', id, channelId: channel.id, places });
    });
  }
}

function keyOf({ channel, shard }: Source): string {
  return `${channel.id}/${shard.index}`;
}
