/** AWS's client for Go, version 2: HTTP/1.1 in plain text, HTTP/2 by ALPN over TLS with a certificate it checks. */
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import type { Daemon } from '../../src/index.ts';
import { build, daemonForClients, expectSteps, ready, temporaryFolder } from './client-program.ts';

const folder = temporaryFolder();
const command = join(folder.path, 'scenario');
const cwd = join(import.meta.dirname, 'go');
const isReady = ready("AWS's client for Go", [{ command: 'go', args: ['mod', 'download'], cwd }], 180_000);
let daemon: Daemon;

beforeAll(async () => {
  if (isReady) await build({ command: 'go', args: ['build', '-o', command, '.'], cwd });
  daemon = await daemonForClients(folder.path);
}, 240_000);

afterAll(async () => {
  await daemon.close({ drainMs: 0 });
  folder.remove();
});

test.skipIf(!isReady)('the Go client over HTTP/1.1', () => expectSteps({ command, args: ['plain'] }, daemon.url));

test.skipIf(!isReady)('the Go client over TLS, with the certificate checked', async () => {
  const { url, certificatePath } = daemon.status().tls!;
  await expectSteps({ command, args: ['tls'], env: { SLUICE_CERTIFICATE: certificatePath! } }, url);
});
