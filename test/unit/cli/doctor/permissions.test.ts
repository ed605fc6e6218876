/** What doctor finds out about a policy, from a server that plays one. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { permissionsFinding, permissionsOf } from '../../../../src/cli/doctor/permissions.ts';
import { Client } from '../../../../src/client/client.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { systemRandom } from '../../../../src/runtime/random.ts';

const ANSWERS: Readonly<Record<string, unknown>> = {
  ListStreams: { StreamNames: ['orders'], HasMoreStreams: true },
  DescribeLimits: { ShardLimit: 1, OpenShardCount: 1, OnDemandStreamCount: 0, OnDemandStreamCountLimit: 1 },
  DescribeStreamSummary: {
    StreamDescriptionSummary: {
      StreamName: 'orders',
      StreamARN: 'arn:aws:kinesis:eu-west-1:123456789012:stream/orders',
      StreamStatus: 'ACTIVE',
      RetentionPeriodHours: 24,
      StreamCreationTimestamp: 1,
      EnhancedMonitoring: [],
      OpenShardCount: 1,
    },
  },
  ListStreamConsumers: { Consumers: [] },
  ListShards: { Shards: [{ ShardId: 'shardId-000000000007' }] },
  GetShardIterator: { ShardIterator: 'it' },
  GetRecords: { Records: [], MillisBehindLatest: 0 },
};
let denied: readonly string[] = [];
/** Of operations that are refused in another way. */
let codes: Readonly<Record<string, string>> = {};
let seen: { readonly operation: string; readonly input: Record<string, unknown> }[] = [];
let server: Server;
let client: Client;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    const operation = String(request.headers['x-amz-target']).split('.')[1]!;
    seen.push({ operation, input: JSON.parse(text) });
    const code = denied.includes(operation) ? 'AccessDeniedException' : codes[operation];
    if (code === undefined) return void response.end(JSON.stringify(ANSWERS[operation]));
    response.writeHead(code === 'InternalFailure' ? 500 : 400).end(JSON.stringify({ __type: code }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
    clock: systemClock,
    random: systemRandom,
    timeoutMs: 10_000,
    attemptsMax: 1,
  });
});
beforeEach(() => {
  seen = [];
  denied = [];
  codes = { PutRecord: 'DryRunOperationException' };
});
afterAll(async () => {
  await client.close();
  server.close();
});

const look = (writes = true) => permissionsOf(client, { writes, signal: new AbortController().signal });

describe('permissions', () => {
  test('everything a reader and a writer needs is asked about, and nothing is changed', async () => {
    const found = await look();
    expect(found).toMatchObject({ denied: [], unknown: [], stream: 'orders' });
    expect(found.allowed).toEqual([...Object.keys(ANSWERS), 'PutRecord']);
    expect(permissionsFinding(found).state).toBe('ok');
    const mutating = seen.filter(({ operation }) => !/^(List|Describe|Get)/.test(operation));
    // Refused by any server, with or without DryRun.
    expect(mutating).toEqual([
      { operation: 'PutRecord', input: expect.objectContaining({ DryRun: true, SequenceNumberForOrdering: '1' }) },
    ]);
  });

  test('a put that is refused for its number is allowed', async () => {
    codes = { PutRecord: 'InvalidArgumentException' };
    expect((await look()).allowed).toContain('PutRecord');
  });

  test('a context that is read-only is not even asked to put', async () => {
    await look(false);
    expect(seen.map(({ operation }) => operation)).not.toContain('PutRecord');
  });

  test('what is denied is named by its action', async () => {
    denied = ['ListShards', 'PutRecord'];
    const finding = permissionsFinding(await look());
    expect(finding).toMatchObject({ state: 'warn', found: 'denied: kinesis:ListShards, kinesis:PutRecord on orders' });
  });

  test('who may do nothing has a fault', async () => {
    denied = ['ListStreams', 'DescribeLimits'];
    expect(permissionsFinding(await look()).state).toBe('fail');
  });

  test('a server that fails or throttles says neither', async () => {
    codes = { DescribeLimits: 'InternalFailure', PutRecord: 'ProvisionedThroughputExceededException' };
    expect(await look()).toMatchObject({ unknown: ['DescribeLimits', 'PutRecord'], denied: [] });
  });

  test('an unknown key is no question of a policy', async () => {
    codes = { ListStreams: 'UnrecognizedClientException' };
    await expect(look()).rejects.toMatchObject({ code: 'UnrecognizedClientException' });
  });
});
