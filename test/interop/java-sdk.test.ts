/**
 * AWS's clients for Java, version 2: the synchronous one over HTTP/1.1, the asynchronous one over HTTP/2 with prior
 * knowledge and by ALPN. Both speak CBOR unless told not to; subscriptions are JSON in any case.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import type { Daemon } from '../../src/index.ts';
import { build, daemonForClients, expectSteps, ready, STEPS, temporaryFolder } from './client-program.ts';

const folder = temporaryFolder();
const classpathFile = join(folder.path, 'classpath');
const maven = (...goals: string[]) => ({
  command: 'mvn',
  args: ['-q', '-B', '-ntp', `-Doutput=${folder.path}`, ...goals],
  cwd: join(import.meta.dirname, 'java'),
});
const fetchClients = maven('dependency:build-classpath', `-Dmdep.outputFile=${classpathFile}`);
const isReady = ready("AWS's clients for Java", [fetchClients], 240_000);
const WITHOUT_FAN_OUT = STEPS.slice(0, -1);
let daemon: Daemon;

beforeAll(async () => {
  if (isReady) await build(maven('compile'));
  daemon = await daemonForClients(folder.path);
}, 240_000);

afterAll(async () => {
  await daemon.close({ drainMs: 0 });
  folder.remove();
});

function scenario(client: 'sync' | 'async', name: string, cbor: boolean) {
  const classpath = `${join(folder.path, 'classes')}:${readFileSync(classpathFile, 'utf8').trim()}`;
  const args = ['-cp', classpath, `-Daws.cborEnabled=${cbor}`, 'interop.Scenario', client, name];
  return { command: 'java', args };
}

const tlsUrl = () => daemon.status().tls!.url;

test.skipIf(!isReady)('the synchronous client, CBOR over HTTP/1.1', () =>
  expectSteps(scenario('sync', 'sync-cbor', true), daemon.url, WITHOUT_FAN_OUT),
);

test.skipIf(!isReady)('the synchronous client, JSON over HTTP/1.1', () =>
  expectSteps(scenario('sync', 'sync-json', false), daemon.url, WITHOUT_FAN_OUT),
);

test.skipIf(!isReady)('the synchronous client, CBOR over TLS', () =>
  expectSteps(scenario('sync', 'sync-tls', true), tlsUrl(), WITHOUT_FAN_OUT),
);

test.skipIf(!isReady)('the asynchronous client, CBOR over HTTP/2 with prior knowledge', () =>
  expectSteps(scenario('async', 'async-cbor', true), daemon.url),
);

test.skipIf(!isReady)('the asynchronous client, JSON over HTTP/2 with prior knowledge', () =>
  expectSteps(scenario('async', 'async-json', false), daemon.url),
);

test.skipIf(!isReady)('the asynchronous client, CBOR over HTTP/2 by ALPN', () =>
  expectSteps(scenario('async', 'async-tls', true), tlsUrl()),
);
