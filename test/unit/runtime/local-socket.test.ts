/** Sockets on this machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { claimName, readLocalText, serveLocalText } from '../../../src/runtime/local-socket.ts';

const folder = mkdtempSync(join(tmpdir(), 'socket-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('whoever connects gets the text of that moment; nobody answers after the end', async () => {
  const path = join(folder, 'status.sock');
  writeFileSync(path, 'left over');
  let asked = 0;
  const server = await serveLocalText(path, () => `answer ${++asked}`);
  expect([await readLocalText(path), await readLocalText(path)]).toEqual(['answer 1', 'answer 2']);
  await server.close();
  expect(await readLocalText(path)).toBeUndefined();
});

test.runIf(process.platform === 'linux')('a name is held by one, until it is given back', async () => {
  const name = `sluice-test:${folder}`;
  const first = await claimName(name);
  expect(first).toBeDefined();
  expect(await claimName(name)).toBeUndefined();
  await first!.close();
  const again = await claimName(name);
  expect(again).toBeDefined();
  await again!.close();
});
