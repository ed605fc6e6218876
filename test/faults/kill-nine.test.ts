/** kill -9 of the daemon under load: nothing acknowledged is lost, in any durability, and no number is dealt twice. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Acknowledged, complaints, readEverything, writeUntil } from './acknowledged.ts';
import { startDaemonProcess } from './daemon-process.ts';

const CYCLES = Number(process.env['SLUICE_KILL_CYCLES'] ?? 3);
const home = mkdtempSync(join(tmpdir(), 'sluice-kill-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

test.each(['always', 'interval', 'os'])(
  'kill -9 under load loses nothing acknowledged: %s',
  async (durability) => {
    const args = ['--data', join(home, durability), '--durability', durability, '--create', 's:3'];
    const acknowledged: Acknowledged[] = [];
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const daemon = await startDaemonProcess(args, home);
      const writers = Array.from({ length: 4 }, (_, i) =>
        writeUntil(daemon, `${durability}-${cycle}-${i}`, () => false),
      );
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400));
      await daemon.end('SIGKILL');
      acknowledged.push(...(await Promise.all(writers)).flat());
    }
    const daemon = await startDaemonProcess(args, home);
    const read = await readEverything(daemon);
    await daemon.end('SIGTERM');
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(complaints(read, acknowledged)).toEqual([]);
  },
  120_000,
);

test('a clean stop under load loses nothing acknowledged and ends with 0', async () => {
  const args = ['--data', join(home, 'clean'), '--create', 's:3'];
  const first = await startDaemonProcess(args, home);
  const writers = Array.from({ length: 4 }, (_, i) => writeUntil(first, `clean-${i}`, () => false));
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await first.end('SIGTERM')).toBe(0);
  const acknowledged = (await Promise.all(writers)).flat();
  const second = await startDaemonProcess(args, home);
  expect(complaints(await readEverything(second), acknowledged)).toEqual([]);
  await second.end('SIGTERM');
}, 60_000);

test('the checker sees a lost, a doubled, a changed and a misplaced record', () => {
  const record = (value: string, sequenceNumber: string): Acknowledged => ({ value, shard: 's', sequenceNumber });
  const all = [record('a', '10'), record('b', '11')];
  expect(complaints(all, all)).toEqual([]);
  expect(complaints(all.slice(1), all)).toHaveLength(1);
  expect(complaints([...all, record('b', '12')], all)).toHaveLength(1);
  expect(complaints([record('a', '10'), record('x', '11')], all)).toHaveLength(1);
  expect(complaints([...all].reverse(), all)).toHaveLength(1);
});
