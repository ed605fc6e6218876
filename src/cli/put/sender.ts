/** What takes the records of a put: a producer, or with --dry-run the output. */
import { Producer, type ProducerOptions } from '../../client/producer.ts';
import type { BatchResult, ProducerRecord, RecordSpan } from '../../client/producer-batch.ts';
import { ByShardProducer } from '../../client/producer-by-shard.ts';
import { randomKeys } from '../../client/producer-keys.ts';
import { PlainQueue } from '../../client/producer-queue.ts';
import { readShardMap } from '../../client/shard-map.ts';
import { AGGREGATE_BYTES_DEFAULT, AGGREGATE_LINGER_MS, KPL_SHARD_SHARE, PUT_DELAY_MS_MAX } from '../../model/limits.ts';
import type { Call } from '../command-spec.ts';
import type { PutOptions } from '../table/put.ts';
import type { OpenStream } from '../target/open-stream.ts';
import type { PutReport } from './report.ts';

/** How long records are sent again, and how long a server may be away, unless --timeout or --max-attempts say otherwise. */
const PATIENCE_MS = 30_000;
const LINGER_MS = 20;

export interface Sender {
  /** The bytes are copied; undefined is a key by chance. @throws what made an earlier request fail as a whole. */
  add(span: RecordSpan, partitionKey: string | undefined, explicitHashKey: string | undefined): void;
  /** Nothing, or what to wait for before more is added. */
  room(): Promise<void> | undefined;
  flush(): Promise<void>;
  /** Sends what is held as fast as it goes. */
  hurry(): void;
  /** Waits for no answer any more. */
  giveUp(reason: Error): void;
  /** Records without a result. */
  unsent(): readonly ProducerRecord[];
  readonly held: number;
}

export type PutCall = Call<PutOptions>['options'];

/** A producer as the options ask for it. */
export async function streamSender(stream: OpenStream, options: PutCall, report: PutReport): Promise<Sender> {
  const { client, context, ref, target } = stream;
  const isAws = target.kind === 'aws';
  const shardShare = options.rateLimit ?? (options.aggregate && isAws ? KPL_SHARD_SHARE : 'off');
  const settings = senderOptions(stream, options, report);
  if (!options.aggregate && shardShare === 'off') return new Producer(settings);
  const onResult = (result: BatchResult) => {
    report.add(result);
    made.onResult(result);
  };
  const readShards = () => readShardMap(client, ref, context.signal);
  const made: ByShardProducer = new ByShardProducer({
    producer: new Producer({ ...settings, onResult }),
    clock: context.clock,
    shards: await readShards(),
    readShards,
    recordsMax: options.aggregate ? (options.aggregateCount ?? Number.POSITIVE_INFINITY) : 1,
    bytesMax: options.aggregateSize ?? AGGREGATE_BYTES_DEFAULT,
    lingerMs: options.linger ?? AGGREGATE_LINGER_MS,
    shardShare: shardShare === 'off' ? undefined : shardShare,
    randomKey: () => context.random.uuid(),
    onAgain: (records, bytes) => report.again(records, bytes),
  });
  return made;
}

function senderOptions({ context, client, ref }: OpenStream, options: PutCall, report: PutReport): ProducerOptions {
  const { global, clock, random } = context;
  const { rate, ramp, onError, ordered } = options;
  const isPatient = global.maxAttempts === undefined;
  return {
    client,
    clock,
    random,
    stream: ref,
    lingerMs: options.linger ?? LINGER_MS,
    requestRecordsMax: options.batch,
    concurrency: options.concurrency,
    attemptsMax: onError === 'retry' ? (global.maxAttempts ?? Number.POSITIVE_INFINITY) : 1,
    patienceMs: isPatient ? (global.timeout ?? PATIENCE_MS) : undefined,
    delayMsMax: isPatient ? PUT_DELAY_MS_MAX : undefined,
    ordered: ordered || options.follow,
    keyOncePerRequest: ordered,
    failsAtFirst: ordered || onError === 'fail',
    pace: rate === undefined ? undefined : { ...rate, rampMs: ramp ?? 0 },
    onResult: (result) => report.add(result),
    onBroken: (result) => report.add(result),
  };
}

/** Prints the calls in place of making them. */
export function printingSender({ context, ref }: OpenStream, options: PutCall): Sender {
  const keys = randomKeys(context.random);
  const queue = new PlainQueue({ stream: ref, keys, recordsMax: options.batch });
  const print = async (partial: boolean) => {
    for (let request = queue.take(partial); request !== undefined; request = queue.take(partial)) {
      await context.out.write(`{"operation":"PutRecords","input":${new TextDecoder().decode(request.body())}}\n`);
    }
  };
  return {
    add: (span, partitionKey, explicitHashKey) => queue.add(span, partitionKey, explicitHashKey),
    room: () => print(false),
    flush: () => print(true),
    hurry: () => undefined,
    giveUp: () => undefined,
    unsent: () => [],
    held: 0,
  };
}
