/** Observes shards: reads what they took in the last seconds and hashes the keys. Works on any server. */
import { hashKeyOf } from '../client/hash-key.ts';
import { readShard } from '../client/shard-reader.ts';
import { LOAD_BYTES_MAX, LOAD_SHARDS_AT_ONCE, LOAD_WINDOW_MS } from '../model/limits.ts';
import { isOpen, type ListedShard, shardsOf } from './await-stream.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit.ts';
import type { OpenStream } from './open-stream.ts';
import { LoadCounter, type ShardLoad } from './shard-load.ts';
import { durationText, parseShard } from './values.ts';

/** Words for shards that only the stream itself can tell. */
const NAMED = ['hottest', 'coldest', 'oldest'];

/** The loads of shards over the last `windowMs`, in the order of the shards. */
export async function shardLoads(
  stream: OpenStream,
  shards: readonly ListedShard[],
  windowMs: number,
): Promise<readonly ShardLoad[]> {
  const progress = stream.context.progress(`looking at the last ${durationText(windowMs)} of ${stream.name}`);
  const loads: ShardLoad[] = [];
  try {
    for (let i = 0; i < shards.length; i += LOAD_SHARDS_AT_ONCE) {
      const some = shards.slice(i, i + LOAD_SHARDS_AT_ONCE);
      loads.push(...(await Promise.all(some.map((shard) => shardLoad(stream, shard, windowMs)))));
    }
  } finally {
    progress.stop();
  }
  return loads;
}

async function shardLoad(
  { context, client, ref }: OpenStream,
  shard: ListedShard,
  windowMs: number,
): Promise<ShardLoad> {
  const { clock, signal } = context;
  const { StartingHashKey, EndingHashKey } = shard.HashKeyRange;
  const range = { start: BigInt(StartingHashKey), end: BigInt(EndingHashKey) };
  const counter = new LoadCounter(shard.ShardId, range);
  const from = { at: 'time', ms: clock.now() - windowMs } as const;
  const reading = { client, clock, stream: ref, shardId: shard.ShardId, from, follow: false, signal };
  let bytes = 0;
  for await (const { records } of readShard({ ...reading, startedAt: clock.monotonic() })) {
    for (const { partitionKey, data, arrivalMs } of records) {
      const size = data.length + Buffer.byteLength(partitionKey);
      counter.add(partitionKey, hashKeyOf(partitionKey), { bytes: size, arrivalMs });
      bytes += size;
    }
    if (bytes >= LOAD_BYTES_MAX) break;
  }
  return counter.load(windowMs);
}

/** Shards as people name them, with `hottest`, `coldest` and `oldest` as ids; what is no such word stays as it is. */
export async function namedShards(stream: OpenStream, texts: readonly string[]): Promise<readonly string[]> {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  if (!words.some((word) => NAMED.includes(word))) return texts;
  const shards = await shardsOf(stream);
  const isLoadNeeded = words.includes('hottest') || words.includes('coldest');
  const loads = isLoadNeeded ? await shardLoads(stream, shards.filter(isOpen), LOAD_WINDOW_MS) : [];
  return words.map((word) => {
    if (word === 'oldest') return shards[0]!.ShardId;
    return NAMED.includes(word) ? extreme(loads, word, stream).shardId : word;
  });
}

/** The load of the shard that `hottest` or `coldest` means. @throws {CliError} when there was no traffic. */
export function extreme(loads: readonly ShardLoad[], word: string, { name }: OpenStream): ShardLoad {
  const sorted = [...loads].sort((a, b) => b.bytes - a.bytes || b.records - a.records);
  const hottest = sorted[0];
  if (hottest !== undefined && hottest.records > 0) return word === 'hottest' ? hottest : sorted.at(-1)!;
  const window = durationText(hottest?.windowMs ?? LOAD_WINDOW_MS);
  throw new CliError(`${name} took no records in the last ${window}: no shard is the ${word}`, {
    exit: EXIT.failed,
    lines: ['Name the shard, or look further back with --observe where a command has it.'],
  });
}

/** True for words that need a look at the traffic. */
export function isNamedByLoad(text: string): boolean {
  return text === 'hottest' || text === 'coldest';
}

/** The id of a shard for a person's text. */
export async function namedShard(stream: OpenStream, text: string): Promise<string> {
  return parseShard((await namedShards(stream, [text]))[0]!);
}
