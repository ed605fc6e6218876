/** What a plan takes from CloudWatch, which a server of this machine plays. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { periodOf, remembered, rememberedOf } from '../../../../src/cli/plan/cloudwatch.ts';
import { noProgress } from '../../../../src/cli/progress.ts';
import type { OpenStream } from '../../../../src/cli/target/open-stream.ts';
import { systemRandom } from '../../../../src/runtime/random.ts';

const DAY_MS = 86_400_000;
/** 2026-11-20T12:04:31.207Z. */
const nowMs = 1_795_176_271_207;

let server: Server;
let place = '';
let seen: { readonly headers: IncomingHttpHeaders; readonly input: Record<string, unknown> }[] = [];
let answers: (readonly [number, object])[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += String(piece);
    seen.push({ headers: request.headers, input: JSON.parse(text) });
    const [status, body] = answers.shift()!;
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  place = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen = [];
});
afterAll(() => void server.close());

/** As a command opens it, with a clock that stands. */
function streamAt(endpoint: string, env: Readonly<Record<string, string>>): OpenStream {
  const clock = { now: () => nowMs, monotonic: () => 0, sleep: async () => undefined, soon: setImmediate };
  const context = {
    ...{ env, clock, random: systemRandom, signal: new AbortController().signal },
    ...{ global: {}, progress: () => noProgress },
  };
  const credentials = { accessKeyId: 'AKID', secretAccessKey: 's' };
  const kind = endpoint.includes('amazonaws') ? 'aws' : 'local';
  const target = { endpoint, kind, region: 'eu-west-1', credentials };
  return { context, target, name: 'prod/orders', streamName: 'orders' } as unknown as OpenStream;
}
const atAws = () => streamAt('https://kinesis.eu-west-1.amazonaws.com', { AWS_ENDPOINT_URL_CLOUDWATCH: place });
const result = (Id: string, Values: readonly number[]) => ({ Id, Values, StatusCode: 'Complete' });

describe('asked', () => {
  test('for sums by the minute, in whole minutes, signed for monitoring', async () => {
    answers = [
      [200, { MetricDataResults: [result('records', [60, 180]), result('bytes', [6_000])], NextToken: 'more' }],
      [
        200,
        { MetricDataResults: [result('records', [60]), result('bytes', [6_000, 6_000]), result('read', [36_000])] },
      ],
    ];
    const found = await remembered(atAws(), 300_000);
    // 60 records a minute on average, 180 in the busiest.
    expect(found).toMatchObject({ records: 300, bytes: 18_000, seconds: 300, throttled: 0, readTimes: 2 });
    expect(found.peak).toBeCloseTo(1.5 * 3);
    expect(seen.map(({ input }) => input['NextToken'])).toEqual([undefined, 'more']);
    const { headers, input } = seen[0]!;
    expect(headers['x-amz-target']).toBe('GraniteServiceVersion20100801.GetMetricData');
    expect(headers['content-type']).toBe('application/x-amz-json-1.0');
    expect(headers.authorization).toContain('AKID/20261120/eu-west-1/monitoring/aws4_request');
    // 12:04:00 and five minutes before.
    expect([input['StartTime'], input['EndTime']]).toEqual([1_795_175_940, 1_795_176_240]);
    expect(input['MetricDataQueries']).toContainEqual({
      Id: 'records',
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Kinesis',
          MetricName: 'IncomingRecords',
          Dimensions: [{ Name: 'StreamName', Value: 'orders' }],
        },
        Period: 60,
        Stat: 'Sum',
      },
    });
  });

  test('again after a throttle', async () => {
    answers = [
      [400, { __type: 'com.amazonaws.cloudwatch#ThrottlingException' }],
      [200, { MetricDataResults: [result('records', [1])] }],
    ];
    expect(await remembered(atAws(), 60_000)).toMatchObject({ records: 1 });
  });

  test('in vain, where the policy denies it: the action is named', async () => {
    answers = [[403, { __type: 'AccessDeniedException', message: 'no' }]];
    await expect(remembered(atAws(), 60_000)).rejects.toMatchObject({
      exit: 4,
      lines: [expect.stringContaining('cloudwatch:GetMetricData')],
    });
  });

  test('about a stream it knows nothing of', async () => {
    answers = [[200, { MetricDataResults: [result('records', [])] }]];
    await expect(remembered(atAws(), 60_000)).rejects.toMatchObject({ exit: 5 });
  });

  test('never for a server of this machine', async () => {
    await expect(remembered(streamAt('http://127.0.0.1:4567', {}), 60_000)).rejects.toMatchObject({ exit: 2 });
    expect(seen).toEqual([]);
  });
});

test('periods are as long as they have to be for what is kept', () => {
  expect([1, 14, 15, 62, 63].map((days) => periodOf(days * DAY_MS) / 60_000)).toEqual([1, 1, 5, 5, 60]);
});

test('even traffic peaks within its minutes only, and none at all does not', () => {
  const none = { read: [], throttled: [] };
  expect(rememberedOf({ ...none, records: [60, 60], bytes: [9, 9] }, 120, 60).peak).toBe(1.5);
  expect(rememberedOf({ ...none, records: [0], bytes: [] }, 60, 60)).toMatchObject({ peak: 1.5, readTimes: 0 });
});
