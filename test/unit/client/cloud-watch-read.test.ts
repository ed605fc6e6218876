/** GetMetricData against a stand-in: what is asked and how it is signed, pages, and refusals. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readMetrics } from '../../../src/client/cloud-watch-read.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
}
type Reply = { readonly status?: number; readonly body: object };

let close = () => {};
afterEach(() => close());

async function standIn(replies: readonly Reply[]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      asked.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      const { status = 200, body } = replies[asked.length - 1]!;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  return { asked, place: { region: 'eu-west-1', endpoint, credentials, clock: systemClock, env: {} } };
}

const QUESTION = { id: 'in', metric: 'IncomingBytes', dimensions: { StreamName: 'orders' }, stat: 'Sum' } as const;
const SPAN = { fromMs: 60_000, toMs: 180_000, periodSeconds: 60 };

test('asks as the API wants it, signed for monitoring, and puts pages together, oldest first', async () => {
  const result = (Timestamps: number[], Values: number[]) => ({
    MetricDataResults: [{ Id: 'in', Timestamps, Values }],
  });
  const { place, asked } = await standIn([
    { body: { ...result([120], [7]), NextToken: 'more' } },
    { body: result([60], [5]) },
  ]);
  const series = await readMetrics(place, [QUESTION], SPAN);
  expect(series.get('in')).toEqual([
    { atMs: 60_000, value: 5 },
    { atMs: 120_000, value: 7 },
  ]);
  expect(asked[0]!.headers['x-amz-target']).toBe('GraniteServiceVersion20100801.GetMetricData');
  expect(asked[0]!.headers['authorization']).toMatch(
    /Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/monitoring\/aws4_request/,
  );
  expect(asked[0]!.body).toEqual({
    StartTime: 60,
    EndTime: 180,
    MetricDataQueries: [
      {
        Id: 'in',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/Kinesis',
            MetricName: 'IncomingBytes',
            Dimensions: [{ Name: 'StreamName', Value: 'orders' }],
          },
          Period: 60,
          Stat: 'Sum',
        },
      },
    ],
  });
  expect(asked[1]!.body).toMatchObject({ NextToken: 'more' });
});

test('a refusal has its code', async () => {
  const { place } = await standIn([
    { status: 400, body: { __type: 'com.amazon.coral.service#AccessDeniedException', message: 'not authorized' } },
  ]);
  await expect(readMetrics(place, [QUESTION], SPAN)).rejects.toMatchObject({
    code: 'AccessDeniedException',
    status: 400,
  });
});
