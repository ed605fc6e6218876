/** Sockets on this machine. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
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

test('a path too long for a socket is refused rather than cut off', async () => {
  const path = join(folder, 'x'.repeat(108));
  await expect(serveLocalText(path, () => '')).rejects.toThrow('at most');
  expect(readdirSync(folder).filter((name) => name.startsWith('x'))).toEqual([]);
  expect(await readLocalText(path)).toBeUndefined();
});

test('who does not answer is not waited for', async () => {
  const path = join(folder, 'silent.sock');
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  expect(await readLocalText(path, 20)).toBe('');
  server.close();
});
