/** Observes shards: reads what they took in the last seconds and hashes the keys. Works on any server. */
import { hashKeyOf } from '../client/hash-key.ts';
import { readShard } from '../client/shard-reader.ts';
import { LOAD_BYTES_MAX, LOAD_SHARDS_AT_ONCE, LOAD_WINDOW_MS } from '../model/limits.ts';
import type { MetricsFrame } from '../model/metrics-frame.ts';
import { adminCall } from './admin-call.ts';
import { isOpen, type ListedShard, noShardError, shardsOf } from './await-stream.ts';
import { CliError } from './cli-error.ts';
import { EXIT } from './exit.ts';
import { LoadCounter, type ShardLoad } from './reshard/shard-load.ts';
import type { OpenStream } from './target/open-stream.ts';
import { durationText, parseShard, parseShards } from './values.ts';

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

/**
 * Shards as people name them, with `hottest`, `coldest` and `oldest` as ids; other words stay as they are.
 * @throws {CliError} exit 5 for a shard, or a range of them, of which the stream has none: nobody waits for that one.
 */
export async function namedShards(stream: OpenStream, texts: readonly string[]): Promise<readonly string[]> {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  if (words.length === 0 || words.includes('all')) return texts;
  const shards = await shardsOf(stream);
  for (const word of words.filter((one) => !NAMED.includes(one))) {
    const isMeant = parseShards([word])!;
    if (!shards.some(({ ShardId }) => isMeant(ShardId))) throw noShardError(stream, shards, word);
  }
  return Promise.all(
    words.map((word) => (NAMED.includes(word) ? namedOne(stream, shards, { word, windowMs: LOAD_WINDOW_MS }) : word)),
  );
}

/** The id of a shard for a person's text, `windowMs` being how far back hottest and coldest look. */
export async function namedShard(stream: OpenStream, text: string, windowMs: number = LOAD_WINDOW_MS): Promise<string> {
  if (!NAMED.includes(text)) return parseShard(text);
  return namedOne(stream, await shardsOf(stream), { word: text, windowMs });
}

async function namedOne(
  stream: OpenStream,
  shards: readonly ListedShard[],
  { word, windowMs }: { readonly word: string; readonly windowMs: number },
): Promise<string> {
  if (word === 'oldest') return shards[0]!.ShardId;
  const open = shards.filter(isOpen);
  const bytes = (await bytesByDaemon(stream, open)) ?? (await bytesByReading(stream, open, windowMs));
  const order = open.map((shard, i) => ({ id: shard.ShardId, bytes: bytes[i]! })).sort((a, b) => b.bytes - a.bytes);
  if (order[0]!.bytes > 0) return word === 'hottest' ? order[0]!.id : order.at(-1)!.id;
  throw new CliError(`${stream.name} took no records in the last ${durationText(windowMs)}: no shard is the ${word}`, {
    exit: EXIT.failed,
    lines: ['Name the shard, or look further back with --observe where a command has it.'],
  });
}

async function bytesByReading(
  stream: OpenStream,
  shards: readonly ListedShard[],
  windowMs: number,
): Promise<readonly number[]> {
  return (await shardLoads(stream, shards, windowMs)).map((load) => load.bytes);
}

/** As a daemon of this machine has counted them, newer bytes weighing more; undefined where it cannot be asked. */
async function bytesByDaemon(
  { target, streamName }: OpenStream,
  shards: readonly ListedShard[],
): Promise<readonly number[] | undefined> {
  if (target.kind !== 'local') return undefined;
  const answer = await adminCall(target.endpoint, 'GET', 'metrics/frame').catch(() => undefined);
  const frame = (answer as { readonly full?: MetricsFrame } | undefined)?.full;
  const found = Object.values(frame?.streams ?? {}).filter(({ name }) => name === streamName);
  // The same name in several regions: the frame does not say which is meant.
  if (found.length !== 1) return undefined;
  return shards.map((shard) => {
    const heat = found[0]!.shards[Number(shard.ShardId.slice('shardId-'.length))]?.heat ?? [];
    return heat.reduce((sum, bytes) => sum + bytes, 0);
  });
}
