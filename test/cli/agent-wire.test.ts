/** The agent's requests as a service sees them, and a service that breaks in the ways networks and services do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FlowConfig, TargetConfig } from '../../src/agent/config.ts';
import { openConnections } from '../../src/agent/connections.ts';
import { readConfig } from '../../src/agent/read-config.ts';
import { flowTarget } from '../../src/agent/targets.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { systemRandom } from '../../src/runtime/random.ts';
import { deaggregate } from '../../src/wire/kpl.ts';
import { AgentLab } from './agent-lab.ts';
import { answer, type Behaviour, FaultServer, firehoseAnswer, kinesisAnswer } from './fault-server.ts';

let server: FaultServer;
let endpoint: string;
let lab: AgentLab | undefined;
let asked: number;

beforeEach(async () => {
  server = new FaultServer();
  endpoint = await server.listen();
  asked = 0;
});
afterEach(async () => {
  await lab?.end();
  await server.close();
});

const lines = (count: number) => Array.from({ length: count }, (_, i) => `line ${i}\n`);
const sorted = (all: readonly string[]) => [...all].sort();

const FLOW = { filePattern: '/t/a.log', kinesisStream: 's' };
const OPTIONS = { env: {}, directory: '/', cores: 1 };

/** Connects as a file with these settings asks. */
function connectingWith(top: object) {
  const { config } = readConfig({ name: 'f', text: JSON.stringify({ ...top, flows: [FLOW] }) }, [], OPTIONS);
  const world = { env: {}, version: '1.2.3', clock: systemClock };
  return (place: string) => openConnections(place, config!.http, world);
}

/** An agent on a file of lines, its requests going to the server. */
interface Started {
  readonly timeoutMs?: number;
  readonly top?: object;
  readonly flow?: Partial<FlowConfig>;
}

async function started(
  target: Partial<TargetConfig>,
  written: readonly string[],
  { timeoutMs = 1_000, top = {}, flow = {} }: Started = {},
): Promise<void> {
  const unsaid = { arn: undefined, region: undefined, wire: undefined };
  const place: TargetConfig = { service: 'kinesis', name: 's', endpoint, ...unsaid, ...target };
  lab = new AgentLab('app.log', { target: place, ...flow });
  const credentials = async () => {
    asked++;
    return { accessKeyId: `key-${asked}`, secretAccessKey: 'secret', sessionToken: undefined };
  };
  const connect = connectingWith(top);
  const outside = { clock: systemClock, random: systemRandom, region: 'eu-west-1' };
  const world = { ...outside, credentials, connect, timeoutMs };
  lab.makeTarget = (flow) => flowTarget(flow, world);
  appendFileSync(lab.log, written.join(''));
  await lab.start();
  await lab.until(() => server.accepted.length >= written.length);
}

describe.each([
  ['a daemon of our own', { state: 'ok' }, undefined, 'cbor'],
  ['a server that nobody knows', undefined, undefined, 'json'],
  ['a server that is said to take CBOR', undefined, 'cbor', 'cbor'],
] as const)('to %s', (_, health, wire, form) => {
  beforeEach(() => {
    server.health = health;
  });

  test('a request names the operation, the stream and who signs it', async () => {
    await started({ wire }, lines(3));
    const { headers, body } = server.seen[0]!;
    expect(headers['content-type']).toBe(`application/x-amz-${form}-1.1`);
    expect(headers['x-amz-target']).toBe('Kinesis_20131202.PutRecords');
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=key-1\/\d{8}\/eu-west-1\/kinesis\/aws4_request/,
    );
    expect(body.StreamName).toBe('s');
    expect(server.accepted).toEqual(lines(3));
  });

  test.each([
    [{}, 'sluice-agent/1.2.3'],
    [{ userAgent: 'shop/7' }, 'shop/7 sluice-agent/1.2.3'],
    [{ userAgent: 'shop/7', userAgentOverride: 'other' }, 'other'],
  ])('with %j it goes by the name %s', async (top, name) => {
    await started({ wire }, lines(1), { top });
    expect(server.seen[0]!.headers['user-agent']).toBe(name);
  });

  test('with KPL aggregation a few records hold all lines', async () => {
    server.behaviour = (response, { body }) => {
      const parts = body.Records.flatMap((record) => deaggregate(Buffer.from(record.Data, 'base64')) ?? []);
      server.accepted.push(...parts.map((part) => new TextDecoder().decode(part.data)));
      answer(response, 200, kinesisAnswer(body.Records.map(() => '')));
      return 'done';
    };
    await started({ wire }, lines(700), { flow: { kplAggregation: { bytesMax: 51_200, recordsMax: 500 } } });
    expect(server.accepted).toEqual(lines(700));
    expect(server.seen.flatMap((one) => one.body.Records).length).toBeLessThan(5);
  });

  test('maxConnections bounds the connections, however many requests there are to make', async () => {
    server.behaviour = (response, { lines: all }) => {
      setTimeout(() => answer(response, 200, kinesisAnswer(all)), 20);
      server.accepted.push(...all);
      return 'done';
    };
    await started({ wire }, lines(4_000), { top: { maxConnections: 2 } });
    expect(server.connections).toBe(2);
  });

  test.each<[string, (...given: Parameters<Behaviour>) => void]>([
    ['the connection breaks before the answer', (response) => void response.destroy()],
    [
      'the connection breaks within the answer',
      (response, { lines: all }) => {
        const text = JSON.stringify(kinesisAnswer(all));
        response.writeHead(200, { 'content-length': String(text.length) });
        response.write(text.slice(0, 10), () => response.destroy());
      },
    ],
    ['the answer is no JSON', (response) => void response.end('<html>It works!</html>')],
    ['the answer says nothing of the records', (response) => answer(response, 200, {})],
    ['nothing is answered', () => undefined],
    ['a proxy answers', (response) => answer(response, 502, {})],
  ])('%s: the records are sent again', async (_, breaks) => {
    server.behaviour = (response, seen, number) => {
      if (number > 1) return 'ok';
      breaks(response, seen, number);
      return 'done';
    };
    await started({ wire }, lines(20), { timeoutMs: 300 });
    expect(sorted(server.accepted)).toEqual(sorted(lines(20)));
  });

  test('records that failed twice arrive once each', async () => {
    server.behaviour = (response, { lines: all }, number) => {
      const failed = number > 2 ? [] : all.flatMap((line, i) => (/line [37]\n/.test(line) ? [i] : []));
      server.accepted.push(...all.filter((_, i) => !failed.includes(i)));
      answer(response, 200, kinesisAnswer(all, failed));
      return 'done';
    };
    await started({ wire }, lines(10));
    expect(server.seen[1]!.lines).toEqual(['line 3\n', 'line 7\n']);
    expect(sorted(server.accepted)).toEqual(sorted(lines(10)));
  });

  test('expired credentials are asked for again', async () => {
    server.behaviour = (response, { headers }) => {
      if (!headers.authorization?.includes('key-1/')) return 'ok';
      answer(response, 400, { __type: 'ExpiredTokenException', message: 'The security token has expired' });
      return 'done';
    };
    await started({ wire }, lines(3));
    expect([server.seen.length, asked]).toEqual([2, 2]);
  });

  test("a clock that is an hour off is corrected by the service's own", async () => {
    const serverMs = Date.now() + 3_600_000;
    server.behaviour = (response, { headers }) => {
      const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)/.exec(
        String(headers['x-amz-date']),
      )!;
      const signedMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
      if (Math.abs(signedMs - serverMs) < 300_000) return 'ok';
      const message = 'Signature expired: is now earlier than';
      answer(
        response,
        400,
        { __type: 'InvalidSignatureException', message },
        { date: new Date(serverMs).toUTCString() },
      );
      return 'done';
    };
    await started({ wire }, lines(3));
    expect(server.seen).toHaveLength(2);
  });
});

describe('a signature', () => {
  const UNSIGNED =
    /Credential=key-\d\/\d{8}\/eu-west-1\/kinesis\/aws4_request, SignedHeaders=host;x-amz-date, Signature=0{64}$/;

  test('is not calculated for a daemon of our own that says that it checks none', async () => {
    server.health = { state: 'ok', signatures: 'unchecked' };
    await started({}, lines(3));
    expect(server.seen[0]!.headers.authorization).toMatch(UNSIGNED);
    expect(server.seen[0]!.headers['content-type']).toBe('application/x-amz-cbor-1.1');
  });

  test.each([
    ['a daemon that checks them', { state: 'ok', signatures: 'checked' }, undefined],
    ['a daemon that does not say', { state: 'ok' }, undefined],
    ['a stranger who says that it checks none', { signatures: 'unchecked' }, undefined],
    ['a target whose wire is set', { state: 'ok', signatures: 'unchecked' }, 'cbor'],
  ] as const)('is, for %s', async (_, health, wire) => {
    server.health = health;
    await started({ wire }, lines(3));
    expect(server.seen[0]!.headers.authorization).not.toMatch(UNSIGNED);
  });

  test('is, once a daemon began to check them while nobody looked', async () => {
    server.health = { state: 'ok', signatures: 'unchecked' };
    server.behaviour = (response, { headers }) => {
      if (!UNSIGNED.test(String(headers.authorization))) return 'ok';
      server.health = { state: 'ok', signatures: 'checked' };
      answer(response, 400, { __type: 'InvalidSignatureException', message: 'The request signature we calculated' });
      return 'done';
    };
    await started({}, lines(3));
    expect(server.seen).toHaveLength(2);
    expect(server.accepted).toEqual(lines(3));
  });
});

/** A server that is there and takes no connection: as many wait for it as may. */
async function takingNone() {
  const text = `require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })`;
  const child = spawn(process.execPath, ['-e', text], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGSTOP');
  const port = Number(line);
  const waiting: Socket[] = [];
  // The system lets one more wait than it was told.
  for (let i = 0; i < 2; i++) await once(waiting[waiting.push(connect(port, '127.0.0.1')) - 1]!, 'connect');
  const end = () => {
    for (const socket of waiting) socket.destroy();
    child.kill('SIGKILL');
  };
  return { endpoint: `http://127.0.0.1:${port}`, end };
}

test('a connection that is not made in time ends its request before anything was sent', async () => {
  const { endpoint: place, end } = await takingNone();
  const carrier = await connectingWith({ connectionTimeoutMillis: 100 })(place);
  const request = carrier.exchange({ headers: {}, timeoutMs: 600_000 });
  await expect(request).rejects.toMatchObject({ code: 'ETIMEDOUT', sent: false });
  await carrier.close();
  end();
});

describe('to Firehose', () => {
  test('a request names the operation and the delivery stream, and has no partition keys', async () => {
    await started({ service: 'firehose', name: 'd' }, lines(3));
    const { headers, body } = server.seen[0]!;
    expect(headers['x-amz-target']).toBe('Firehose_20150804.PutRecordBatch');
    expect(headers.authorization).toContain('/eu-west-1/firehose/aws4_request');
    expect(body).toEqual({ DeliveryStreamName: 'd', Records: lines(3).map((line) => ({ Data: btoa(line) })) });
  });

  test('failed records alone are sent again', async () => {
    server.behaviour = (response, { lines: all }, number) => {
      if (number > 1) return 'ok';
      server.accepted.push(...all.filter((_, i) => i !== 1));
      answer(response, 200, firehoseAnswer(all, [1]));
      return 'done';
    };
    await started({ service: 'firehose', name: 'd' }, lines(4));
    expect(server.seen[1]!.lines).toEqual(['line 1\n']);
  });
});
