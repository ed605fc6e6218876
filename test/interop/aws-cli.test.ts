/**
 * AWS's command line, as scripts use it. It leaves SubscribeToShard out, so of fan-out it has the consumers alone.
 * Each call is a process of half a second: few calls, each of which shows several things.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Daemon } from '../../src/index.ts';
import { daemonForClients, type Played, play, ready, temporaryFolder } from './client-program.ts';

const isReady = ready("AWS's command line", [{ command: 'aws', args: ['--version'] }], 20_000);
const folder = temporaryFolder();
const HALF = (2n ** 127n).toString();
let daemon: Daemon;

beforeAll(async () => {
  daemon = await daemonForClients(folder.path);
});

afterAll(async () => {
  await daemon.close({ drainMs: 0 });
  folder.remove();
});

/** `line` is split at blanks; what holds blanks itself comes in `more`. */
function aws(line: string, ...more: string[]): Promise<Played> {
  return play({ command: 'aws', args: ['kinesis', ...line.split(' '), ...more, '--output', 'json'] }, daemon.url);
}

/** The answer of a call that must succeed, {} where it has none. */
async function ask<Answer>(line: string, ...more: string[]): Promise<Answer> {
  const { failure, stdout } = await aws(line, ...more);
  expect(failure).toBeUndefined();
  return JSON.parse(stdout.trim() || '{}');
}

interface Page {
  readonly Records: readonly { readonly Data: string; readonly SequenceNumber: string }[];
  readonly NextShardIterator?: string;
  readonly ChildShards?: readonly { readonly ShardId: string }[];
}

async function read(stream: string, shard: string, position: string): Promise<Page> {
  const line = `get-shard-iterator --stream-name ${stream} --shard-id ${shard} --shard-iterator-type ${position}`;
  const { ShardIterator } = await ask<{ ShardIterator: string }>(line);
  return ask(`get-records --shard-iterator ${ShardIterator}`);
}

/** The command line shows data in base64. */
const texts = ({ Records }: Page) => Records.map(({ Data }) => Buffer.from(Data, 'base64').toString('latin1'));

/** As an argument, data is text to the first version and base64 to the second; bytes of a file are bytes to both. */
function dataFile(data: Uint8Array | string): string {
  const path = join(folder.path, 'record');
  writeFileSync(path, data);
  return `fileb://${path}`;
}

const shardId = (index: number) => `shardId-${String(index).padStart(12, '0')}`;

test.skipIf(!isReady)('a stream is made, filled, read from every position and deleted', async () => {
  await ask('create-stream --stream-name life --shard-count 2');
  await ask('wait stream-exists --stream-name life');
  const summary = await ask<{ StreamDescriptionSummary: object }>('describe-stream-summary --stream-name life');
  expect(summary.StreamDescriptionSummary).toMatchObject({
    StreamARN: 'arn:aws:kinesis:eu-west-1:000000000000:stream/life',
    StreamStatus: 'ACTIVE',
    OpenShardCount: 2,
  });
  const big = Buffer.alloc(1_048_575, 7);
  const numbers: string[] = [];
  for (const data of [Buffer.from('one'), Buffer.alloc(0), big]) {
    const put = 'put-record --stream-name life --partition-key a --data';
    const answer = await ask<{ ShardId: string; SequenceNumber: string }>(put, dataFile(data));
    expect(answer.ShardId).toBe(shardId(0));
    numbers.push(answer.SequenceNumber);
  }
  const records = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ PartitionKey: `k${i}`, Data: 'abcd' })));
  writeFileSync(join(folder.path, 'records.json'), records);
  const batch = await ask<object>(
    `put-records --stream-name life --records file://${join(folder.path, 'records.json')}`,
  );
  expect(batch).toMatchObject({ FailedRecordCount: 0 });
  const first = await read('life', shardId(0), 'TRIM_HORIZON');
  const second = await read('life', shardId(1), 'TRIM_HORIZON');
  expect(texts(first).slice(0, 3)).toEqual(['one', '', big.toString('latin1')]);
  expect(first.Records.length + second.Records.length).toBe(503);
  const at = await read('life', shardId(0), `AT_SEQUENCE_NUMBER --starting-sequence-number ${numbers[1]}`);
  expect(at.Records[0]?.SequenceNumber).toBe(numbers[1]);
  const after = await read('life', shardId(0), `AFTER_SEQUENCE_NUMBER --starting-sequence-number ${numbers[1]}`);
  expect(after.Records[0]?.SequenceNumber).toBe(numbers[2]);
  expect((await read('life', shardId(0), 'AT_TIMESTAMP --timestamp 2026-01-01')).Records[0]?.SequenceNumber).toBe(
    numbers[0],
  );
  expect((await read('life', shardId(0), 'LATEST')).Records).toEqual([]);
  await ask('delete-stream --stream-name life');
  await ask('wait stream-not-exists --stream-name life');
});

test.skipIf(!isReady)('shards split, merge and scale, and each leads to its children', async () => {
  const put = (text: string) => ask('put-record --stream-name reshard --partition-key k --data', dataFile(text));
  await ask('create-stream --stream-name reshard --shard-count 1');
  await put('before');
  await ask(`split-shard --stream-name reshard --shard-to-split ${shardId(0)} --new-starting-hash-key ${HALF}`);
  await ask(
    `merge-shards --stream-name reshard --shard-to-merge ${shardId(1)} --adjacent-shard-to-merge ${shardId(2)}`,
  );
  await put('after');
  const scaled = await ask<object>(
    'update-shard-count --stream-name reshard --target-shard-count 2 --scaling-type UNIFORM_SCALING',
  );
  expect(scaled).toMatchObject({ CurrentShardCount: 1, TargetShardCount: 2 });
  const open = await ask<{ Shards: { ShardId: string }[] }>(
    'list-shards --stream-name reshard --shard-filter Type=AT_LATEST',
  );
  expect(open.Shards.map(({ ShardId }) => ShardId)).toEqual([shardId(4), shardId(5)]);
  const lineage: (string | string[] | undefined)[] = [];
  for (const shard of [0, 1, 3]) {
    const page = await read('reshard', shardId(shard), 'TRIM_HORIZON');
    const { Records, NextShardIterator } = page;
    const end =
      Records.length > 0 && NextShardIterator
        ? await ask<Page>(`get-records --shard-iterator ${NextShardIterator}`)
        : page;
    lineage.push(
      texts(page),
      (end.ChildShards ?? []).map(({ ShardId }) => ShardId),
    );
  }
  expect(lineage).toEqual([
    ['before'],
    [shardId(1), shardId(2)],
    [],
    [shardId(3)],
    ['after'],
    [shardId(4), shardId(5)],
  ]);
});

test.skipIf(!isReady)('errors are told by name', async () => {
  await ask('create-stream --stream-name there --shard-count 1');
  const refusals = [
    ['describe-stream --stream-name nobody', 'ResourceNotFoundException'],
    ['create-stream --stream-name there --shard-count 1', 'ResourceInUseException'],
    ['get-records --shard-iterator AAAA', 'InvalidArgumentException'],
    ['describe-stream --stream-name no/such', 'ValidationException'],
  ] as const;
  for (const [line, name] of refusals) expect((await aws(line)).failure).toContain(`(${name})`);
});

test.skipIf(!isReady)('consumers are registered, listed and removed', async () => {
  await ask('create-stream --stream-name fan --shard-count 1');
  const stream = '--stream-arn arn:aws:kinesis:eu-west-1:000000000000:stream/fan';
  const { Consumer } = await ask<{ Consumer: { ConsumerARN: string } }>(
    `register-stream-consumer ${stream} --consumer-name reader`,
  );
  expect(Consumer.ConsumerARN).toMatch(/:stream\/fan\/consumer\/reader:\d{10}$/);
  const listed = await ask<{ Consumers: object[] }>(`list-stream-consumers ${stream}`);
  expect(listed.Consumers).toMatchObject([{ ConsumerName: 'reader', ConsumerARN: Consumer.ConsumerARN }]);
  await ask(`deregister-stream-consumer --consumer-arn ${Consumer.ConsumerARN}`);
  expect((await ask<{ Consumers: object[] }>(`list-stream-consumers ${stream}`)).Consumers).toEqual([]);
});
