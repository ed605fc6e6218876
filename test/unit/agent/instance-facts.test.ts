/** Facts of an EC2 instance, from a server that answers as the instance's own does (IMDSv2). */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InstanceFactsKeeper, readInstanceFacts } from '../../../src/agent/instance-facts.ts';
import { instanceServiceUrl } from '../../../src/client/credential-machine.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

const clock = { ...systemClock, now: () => Date.UTC(2026, 10, 20, 17, 0, 0) };
const DOCUMENT = {
  accountId: '123456789012',
  architecture: 'x86_64',
  availabilityZone: 'eu-west-1b',
  imageId: 'ami-5fb8c835',
  instanceId: 'i-1234567890abcdef0',
  instanceType: 't2.micro',
  privateIp: '10.158.112.84',
  region: 'eu-west-1',
};
let pages: Record<string, string>;
let server: Server;
let endpoint: string;

beforeEach(async () => {
  pages = { '/latest/dynamic/instance-identity/document': JSON.stringify(DOCUMENT) };
  server = createServer((request, response) => {
    const isToken = request.method === 'PUT' && request.url === '/latest/api/token';
    const may = request.headers['x-aws-ec2-metadata-token'] === 'secret';
    const text = isToken ? 'secret' : may ? pages[request.url!] : undefined;
    response.writeHead(text === undefined ? (may ? 404 : 401) : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const facts = {
  privateIp: '10.158.112.84',
  availabilityZone: 'eu-west-1b',
  instanceId: 'i-1234567890abcdef0',
  instanceType: 't2.micro',
  accountId: '123456789012',
  amiId: 'ami-5fb8c835',
  region: 'eu-west-1',
  metadataTimestamp: '2026-11-20T17:00:00+0000',
};

test('come in the order of Kinesis Agent, tags last where the instance shows them', async () => {
  expect(JSON.stringify(await readInstanceFacts({ endpoint, clock }))).toBe(JSON.stringify(facts));
  pages['/latest/meta-data/tags/instance'] = 'Name\nA/b';
  pages['/latest/meta-data/tags/instance/Name'] = 'Web';
  pages['/latest/meta-data/tags/instance/A%2Fb'] = '1';
  expect(JSON.stringify(await readInstanceFacts({ endpoint, clock }))).toBe(
    JSON.stringify({ ...facts, tags: { name: 'Web', 'a/b': '1' } }),
  );
});

test('stay as they were when nobody answers any more', async () => {
  const keeper = new InstanceFactsKeeper({ endpoint, clock });
  expect(keeper.facts).toBeUndefined();
  await keeper.refresh();
  expect(keeper.facts).toEqual(facts);
  pages = {};
  await keeper.refresh();
  expect(keeper.facts).toEqual(facts);
});

test('are none where there is no instance', async () => {
  expect(await readInstanceFacts({ endpoint: 'http://127.0.0.1:1', clock })).toBeUndefined();
  pages = { '/latest/dynamic/instance-identity/document': '<html>' };
  expect(await readInstanceFacts({ endpoint, clock })).toBeUndefined();
});

test('the environment says where to ask, and whether', () => {
  expect(instanceServiceUrl({})).toBe('http://169.254.169.254');
  expect(instanceServiceUrl({ AWS_EC2_METADATA_SERVICE_ENDPOINT: 'http://[fd00:ec2::254]/' })).toBe(
    'http://[fd00:ec2::254]',
  );
  expect(instanceServiceUrl({ AWS_EC2_METADATA_DISABLED: 'TRUE' })).toBeUndefined();
});
