/** AWS's client for Go, version 2: HTTP/1.1 in plain text, HTTP/2 by ALPN over TLS with a certificate it checks. */
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import type { Daemon } from '../../src/index.ts';
import { daemonForClients, expectSteps, ready, temporaryFolder } from './client-program.ts';

const folder = temporaryFolder();
const command = join(folder.path, 'scenario');
const build = { command: 'go', args: ['build', '-o', command, '.'], cwd: join(import.meta.dirname, 'go') };
const isReady = ready("AWS's client for Go", [build], 180_000);
let daemon: Daemon;

beforeAll(async () => {
  daemon = await daemonForClients(folder.path);
});

afterAll(async () => {
  await daemon.close({ drainMs: 0 });
  folder.remove();
});

test.skipIf(!isReady)('the Go client over HTTP/1.1', () => expectSteps({ command, args: ['plain'] }, daemon.url));

test.skipIf(!isReady)('the Go client over TLS, with the certificate checked', async () => {
  const { url, certificatePath } = daemon.status().tls!;
  await expectSteps({ command, args: ['tls'], env: { SLUICE_CERTIFICATE: certificatePath! } }, url);
});
