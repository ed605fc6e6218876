/** PutMetricData as CloudWatch would see it: forms, signatures, and what happens when it does not take them. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CloudWatchReporter, wantsCloudWatch } from '../../../src/agent/cloud-watch.ts';
import { noDeliveries } from '../../../src/agent/delivery-counters.ts';
import type { FlowStatus } from '../../../src/agent/flow-status.ts';
import { readConfig } from '../../../src/agent/read-config.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 21, 10, 0, 0) };
const env = { AWS_EC2_METADATA_DISABLED: 'true' };
let server: Server;
let endpoint: string;
let seen: { readonly headers: IncomingHttpHeaders; readonly form: URLSearchParams }[];
let refusing: boolean;
let told: unknown[];

beforeEach(async () => {
  [seen, told, refusing] = [[], [], false];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      seen.push({ headers: request.headers, form: new URLSearchParams(text) });
      const error = '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>';
      response.writeHead(refusing ? 403 : 200).end(refusing ? error : '<PutMetricDataResponse/>');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const FLOWS = [
  { filePattern: '/t/a.log', kinesisStream: 'web' },
  { filePattern: '/t/b.log', kinesisStream: 'web' },
  { filePattern: '/t/c.log', deliveryStream: 'web' },
];

function configOf(top: object) {
  const keys = { awsAccessKeyId: 'AKID', awsSecretAccessKey: 'secret' };
  const text = JSON.stringify({ ...keys, flows: FLOWS, ...top });
  return readConfig({ name: 'f', text }, [], { env: {}, directory: '/', cores: 1 }).config!;
}

function reporterOf(top: object = {}): (sent: readonly number[], failed?: number) => Promise<void> {
  const config = configOf({ 'cloudwatch.endpoint': endpoint, ...top });
  const logger = { log: (...line: unknown[]) => void told.push(line) };
  const reporter = new CloudWatchReporter(config, { env, clock, logger, host: 'web1' });
  return (sent, failedRequests = 0) => {
    const flows = config.flows.slice(0, sent.length).map(({ id }, i) => {
      const counts = { sentRecords: sent[i]!, sentBytes: sent[i]! * 10, retriedRecords: 1, failedRequests };
      return { id, delivery: { ...noDeliveries(), ...counts } } as FlowStatus;
    });
    return reporter.report({ configs: config.flows, flows });
  };
}

/** Name to value and unit, of one message. */
const metricsOf = ({ form }: (typeof seen)[number]) =>
  Object.fromEntries(
    [1, 2, 3, 4, 5].map((i) => [
      form.get(`MetricData.member.${i}.MetricName`),
      `${form.get(`MetricData.member.${i}.Value`)} ${form.get(`MetricData.member.${i}.Unit`)}`,
    ]),
  );

describe('a report', () => {
  test('is one signed PutMetricData a destination, with what all of its flows sent', async () => {
    await reporterOf()([3, 4, 5], 2);
    expect(seen).toHaveLength(2);
    expect(Object.fromEntries([...seen[0]!.form].slice(0, 3))).toEqual({
      Action: 'PutMetricData',
      Version: '2010-08-01',
      Namespace: 'AWSKinesisAgent',
    });
    expect(metricsOf(seen[0]!)).toEqual({
      BytesSent: '70 Bytes',
      RecordSendAttempts: '9 Count',
      RecordSendErrors: '2 Count',
      RecordsSent: '7 Count',
      ServiceErrors: '4 Count',
    });
    const dimension = seen.map(({ form }) => form.get('MetricData.member.5.Dimensions.member.1.Value'));
    expect(dimension).toEqual(['KinesisStream:web', 'DeliveryStream:web']);
    expect(seen[0]!.form.get('MetricData.member.1.Timestamp')).toBe('2026-11-21T10:00:00.000Z');
    expect(seen[0]!.headers.authorization).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/monitoring\//);
  });

  test('holds what came since the last one; without anything new there is none', async () => {
    const report = reporterOf();
    await report([3]);
    await report([3]);
    await report([10]);
    expect(seen.map((one) => metricsOf(one)['RecordsSent'])).toEqual(['3 Count', '7 Count']);
  });

  test('that is refused is told once, and its figures come with the next', async () => {
    const report = reporterOf();
    refusing = true;
    await report([3]);
    await report([5]);
    refusing = false;
    await report([6]);
    expect(told).toEqual([['warn', 'CloudWatch takes no metrics', { error: expect.stringContaining('AccessDenied') }]]);
    expect(metricsOf(seen.at(-1)!)['RecordsSent']).toBe('6 Count');
  });

  test('names the namespace and, where the file asks for it, the machine', async () => {
    await reporterOf({ 'cloudwatch.namespace': 'Shop', 'cloudwatch.tagInstance': true })([1]);
    expect(seen[0]!.form.get('Namespace')).toBe('Shop');
    expect(seen[0]!.form.get('MetricData.member.1.Dimensions.member.2.Name')).toBe('Instance');
    expect(seen[0]!.form.get('MetricData.member.1.Dimensions.member.2.Value')).toBe('web1');
  });

  test('goes on from less when a flow is gone', async () => {
    const report = reporterOf();
    await report([30, 40]);
    await report([30]);
    await report([31]);
    expect(metricsOf(seen.at(-1)!)['RecordsSent']).toBe('1 Count');
  });
});

describe('CloudWatch is wanted', () => {
  const local = { 'kinesis.endpoint': 'http://127.0.0.1:4567', 'firehose.endpoint': 'http://localhost:4567' };
  test.each([
    ['for streams at AWS', {}, true],
    ['not when it is switched off', { 'cloudwatch.emitMetrics': false }, false],
    ['not for streams on this machine', local, false],
    ['for them too where its endpoint is given', { ...local, 'cloudwatch.endpoint': 'http://127.0.0.1:1' }, true],
    ['when one stream is at AWS', { ...local, 'firehose.endpoint': '' }, true],
  ])('%s', (_, top, wanted) => expect(wantsCloudWatch(configOf(top))).toBe(wanted));
});
