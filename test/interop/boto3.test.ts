/** AWS's client for Python, boto3, over plain HTTP/1.1 and over TLS with a certificate it checks. */
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import type { Daemon } from '../../src/index.ts';
import { daemonForClients, expectSteps, ready, temporaryFolder } from './client-program.ts';

const isReady = ready('boto3', [{ command: 'python3', args: ['-c', 'import boto3'] }], 20_000);
const program = { command: 'python3', args: [join(import.meta.dirname, 'python/scenario.py')] };
const folder = temporaryFolder();
let daemon: Daemon;

beforeAll(async () => {
  daemon = await daemonForClients(folder.path);
});

afterAll(async () => {
  await daemon.close({ drainMs: 0 });
  folder.remove();
});

test.skipIf(!isReady)('boto3 over HTTP/1.1', () =>
  expectSteps({ ...program, args: [...program.args, 'plain'] }, daemon.url),
);

test.skipIf(!isReady)('boto3 over TLS, with the certificate checked', async () => {
  const { url, certificatePath } = daemon.status().tls!;
  const env = { SLUICE_CERTIFICATE: certificatePath! };
  await expectSteps({ ...program, args: [...program.args, 'tls'], env }, url);
});
