/** How far a tail has come in every shard: for the checkpoint file, for how to go on after Ctrl-C, and for --stats. */
import { checkpointText, type Place, type ShardPlaces } from '../../client/checkpoint.ts';
import type { Position } from '../../client/position.ts';
import type { ConsumedRecord } from '../../client/shard-reader.ts';
import { isoTime } from '../../runtime/calendar.ts';
import { replaceText } from '../../runtime/files.ts';
import type { Context } from '../context.ts';
import type { Sighting } from '../record/output.ts';

/** A batch as far as it has been taken. */
export interface Taken {
  readonly stream: string;
  readonly shardId: string;
  readonly lagMs: number;
}

export class TailProgress {
  readonly #context: Context;
  readonly #streams = new Map<string, Map<string, Place>>();
  #hasChanged = false;

  constructor(context: Context) {
    this.#context = context;
  }

  get streams(): ReadonlyMap<string, ShardPlaces> {
    return this.#streams;
  }

  /** A shard begins. From "latest" means from now on: that is what a later run has to go on from. */
  start(stream: string, shardId: string, from: Position): void {
    const isLatest = from.at === 'latest';
    const position: Position = isLatest ? { at: 'time', ms: this.#context.clock.now() } : from;
    this.#shards(stream).set(shardId, { position, lagMs: isLatest ? 0 : undefined });
  }

  /** There is nothing in a shard up to its tip. */
  nothing(stream: string, shardId: string): void {
    const shards = this.#shards(stream);
    const place = shards.get(shardId);
    if (place !== undefined && place.arrivalMs === undefined) shards.set(shardId, { ...place, lagMs: 0 });
  }

  /** All records up to this one are done. */
  pass({ stream, shardId, lagMs }: Taken, { sequenceNumber, arrivalMs }: ConsumedRecord): void {
    this.#shards(stream).set(shardId, { position: { at: 'afterNumber', sequenceNumber }, arrivalMs, lagMs });
  }

  /** A shard is done, and these begin. */
  end(stream: string, shardId: string, next: readonly string[]): void {
    const shards = this.#shards(stream);
    shards.delete(shardId);
    for (const id of next) if (!shards.has(id)) shards.set(id, { position: { at: 'horizon' } });
    this.#hasChanged = true;
  }

  /** Writes the file in one step, if there is something new; `held` are records that were taken but not yet printed. */
  async save(path: string, held: Iterable<Sighting>): Promise<void> {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    const { clock } = this.#context;
    await replaceText(path, checkpointText(this.#behind(held), clock.now()));
  }

  /** Where another run goes on, as --from has it; undefined when one word cannot say it. */
  goOn(): string | undefined {
    const places = [...this.#streams.values()].flatMap((shards) => [...shards.values()]);
    const [only] = places;
    if (places.length === 1 && only!.position.at === 'afterNumber') return `after:${only!.position.sequenceNumber}`;
    const read = places.filter((place) => place.arrivalMs !== undefined);
    // Where no record was printed yet, some may be on their way: only what is known to be empty is passed over.
    if (read.length === 0 || places.some((place) => place.arrivalMs === undefined && place.lagMs !== 0))
      return undefined;
    const behind = read.filter((place) => place.lagMs !== 0).map((place) => place.arrivalMs!);
    return isoTime(Math.min(...behind, Math.max(...read.map((place) => place.arrivalMs!))));
  }

  /** The places, held records not yet passed. */
  #behind(held: Iterable<Sighting>): ReadonlyMap<string, ShardPlaces> {
    const streams = new Map([...this.#streams].map(([stream, shards]) => [stream, new Map(shards)]));
    const seen = new Set<string>();
    for (const { stream, shardId, record } of held) {
      if (seen.has(`${stream} ${shardId}`)) continue;
      seen.add(`${stream} ${shardId}`);
      const position: Position = { at: 'number', sequenceNumber: record.sequenceNumber };
      streams.get(stream)?.set(shardId, { position });
    }
    return streams;
  }

  #shards(stream: string): Map<string, Place> {
    this.#hasChanged = true;
    const shards = this.#streams.get(stream) ?? new Map<string, Place>();
    this.#streams.set(stream, shards);
    return shards;
  }
}
