/** AWS's JavaScript SDK as it comes, over every wire it can be told to speak: HTTP/2, TLS, RPC v2 CBOR, signatures verified. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  type KinesisClientConfig,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
  SubscribeToShardCommand,
} from '@aws-sdk/client-kinesis';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { NodeHttp2Handler, NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Daemon, startDaemon } from '../../src/index.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
let daemon: Daemon;

beforeAll(async () => {
  const authFile = join(mkdtempSync(join(tmpdir(), 'sluice-auth-')), 'keys.json');
  const key = { secret: SECRET, account: '123456789012' };
  const temporary = { secret: SECRET, sessionToken: 'token', expires: '2001-01-01T00:00:00Z' };
  writeFileSync(authFile, JSON.stringify({ AKIDEXAMPLE: key, ASIAEXAMPLE: temporary }), { mode: 0o600 });
  daemon = await startDaemon({ memory: true, port: 0, tls: 'own', authFile });
});
afterAll(() => daemon.close({ drainMs: 0 }));

/** A client of the daemon whose certificate it trusts; `more` says how it speaks. */
function clientOf(more: KinesisClientConfig = {}): KinesisClient {
  return new KinesisClient({
    region: 'eu-west-3',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: SECRET },
    endpoint: daemon.url,
    maxAttempts: 1,
    ...more,
  });
}

/** Create, put, read, delete; blobs, timestamps, lists and empty answers among them. */
async function roundTrip(client: KinesisClient): Promise<void> {
  const StreamName = `s${Math.random().toString(36).slice(2)}`;
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  const Records = ['a', 'b', 'c'].map((key) => ({ PartitionKey: key, Data: Buffer.from(`data of ${key} \u00e4`) }));
  const put = await client.send(new PutRecordsCommand({ StreamName, Records }));
  expect(put.FailedRecordCount).toBe(0);
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
  expect(StreamDescription?.StreamARN).toBe(`arn:aws:kinesis:eu-west-3:123456789012:stream/${StreamName}`);
  const created = StreamDescription!.StreamCreationTimestamp!;
  expect(Math.abs(created.getTime() - Date.now())).toBeLessThan(60_000);
  const read: string[] = [];
  for (const { ShardId } of StreamDescription!.Shards!) {
    const at = { StreamName, ShardId, ShardIteratorType: 'AT_TIMESTAMP', Timestamp: created } as const;
    const { ShardIterator } = await client.send(new GetShardIteratorCommand(at));
    const page = await client.send(new GetRecordsCommand({ ShardIterator }));
    for (const record of page.Records!) {
      read.push(Buffer.from(record.Data!).toString());
      expect(record.ApproximateArrivalTimestamp!.getTime()).toBeGreaterThanOrEqual(created.getTime());
    }
  }
  expect(read.sort()).toEqual(['data of a ä', 'data of b ä', 'data of c ä']);
  await client.send(new DeleteStreamCommand({ StreamName }));
  await expect(client.send(new DescribeStreamCommand({ StreamName }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Stream ${StreamName} under account 123456789012 not found.`,
    $metadata: { httpStatusCode: 400 },
  });
  client.destroy();
}

const trusted = () => ({ endpoint: daemon.tls!.url });
const ca = () => ({ ca: daemon.tls!.certificate });
const rpc = () => ({ protocol: new SmithyRpcV2CborProtocol({ defaultNamespace: 'com.amazonaws.kinesis' }) as never });

describe('a round trip, each request signed and verified', () => {
  test('with defaults: HTTP/2 without TLS', () => roundTrip(clientOf()));
  test('over HTTP/2 and TLS', () => {
    const requestHandler = new NodeHttp2Handler({ nodeHttp2ConnectOptions: ca() } as never);
    return roundTrip(clientOf({ ...trusted(), requestHandler }));
  });
  test('over HTTP/1.1', () => roundTrip(clientOf({ requestHandler: new NodeHttpHandler() })));
  test('over HTTP/1.1 and TLS', () => {
    return roundTrip(clientOf({ ...trusted(), requestHandler: new NodeHttpHandler({ httpsAgent: ca() }) }));
  });
  test('in RPC v2 CBOR', () => roundTrip(clientOf(rpc())));
});

/** A record put while a subscription is open comes through it. */
async function push(client: KinesisClient): Promise<void> {
  const StreamName = `p${Math.random().toString(36).slice(2)}`;
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 1 }));
  const StreamARN = `arn:aws:kinesis:eu-west-3:123456789012:stream/${StreamName}`;
  const { Consumer } = await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'c' }));
  const { EventStream } = await client.send(
    new SubscribeToShardCommand({
      ConsumerARN: Consumer!.ConsumerARN,
      ShardId: 'shardId-000000000000',
      StartingPosition: { Type: 'LATEST' },
    }),
  );
  const Records = [{ PartitionKey: 'k', Data: Buffer.from('pushed') }];
  const put = await client.send(new PutRecordsCommand({ StreamName, Records }));
  for await (const { SubscribeToShardEvent: event } of EventStream!) {
    const record = event?.Records?.[0];
    if (record === undefined) continue;
    expect(Buffer.from(record.Data!).toString()).toBe('pushed');
    expect(record.SequenceNumber).toBe(put.Records![0]!.SequenceNumber);
    expect(event!.ContinuationSequenceNumber).toBe(record.SequenceNumber);
    break;
  }
  client.destroy();
}

describe('a subscription', () => {
  test('with defaults: HTTP/2 without TLS', () => push(clientOf()));
  test('over HTTP/2 and TLS', () => {
    return push(
      clientOf({ ...trusted(), requestHandler: new NodeHttp2Handler({ nodeHttp2ConnectOptions: ca() } as never) }),
    );
  });
  test('over HTTP/1.1 and TLS', () => {
    return push(clientOf({ ...trusted(), requestHandler: new NodeHttpHandler({ httpsAgent: ca() }) }));
  });
  test('in RPC v2 CBOR', () => push(clientOf(rpc())));
});

describe('refusals, as the SDK understands them', () => {
  const refused = async (config: KinesisClientConfig) => {
    const client = clientOf(config);
    const error: unknown = await client
      .send(new CreateStreamCommand({ StreamName: 'never' }))
      .catch((thrown) => thrown);
    client.destroy();
    // Of errors that are not in the model its RPC v2 protocol makes an Error with the members of the answer.
    const { name, __type } = error as { readonly name: string; readonly __type?: string };
    return name === 'Error' ? __type : name;
  };
  test('a wrong secret, an unknown key, an expired one', async () => {
    const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wrong' };
    expect(await refused({ credentials })).toBe('InvalidSignatureException');
    expect(await refused({ credentials, ...rpc() })).toBe('com.amazonaws.kinesis#InvalidSignatureException');
    expect(await refused({ credentials: { ...credentials, accessKeyId: 'AKIDOTHER' } })).toBe(
      'UnrecognizedClientException',
    );
    const temporary = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: SECRET };
    expect(await refused({ credentials: temporary })).toBe('UnrecognizedClientException');
    expect(await refused({ credentials: { ...temporary, sessionToken: 'token' } })).toBe('ExpiredTokenException');
  });
  test('a clock six minutes slow', async () => {
    expect(await refused({ systemClockOffset: -360_000 })).toBe('InvalidSignatureException');
  });
});

test('faults on purpose come and go at run time', async () => {
  const set = (fail: readonly string[]) =>
    fetch(`${daemon.url}/_sluice/faults`, { method: 'POST', body: JSON.stringify({ fail }) });
  const client = clientOf();
  expect((await set(['ListStreams=1', 'DescribeStream=100%:InternalFailure'])).status).toBe(200);
  const failing = client.send(new DescribeStreamCommand({ StreamName: 's' }));
  await expect(failing).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
  expect((await set([])).status).toBe(200);
  const passing = client.send(new DescribeStreamCommand({ StreamName: 's' }));
  await expect(passing).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  client.destroy();
});
