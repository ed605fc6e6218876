/** kill -9 of the daemon under load: nothing acknowledged is lost, in any durability, and no number is dealt twice. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Acknowledged, complaints, readEverything, startWriters, tailComplaints } from './acknowledged.ts';
import { startDaemonProcess } from './daemon-process.ts';
import { isLong, printedRandom, privateFolder, report, rest } from './fault-run.ts';

const CYCLES = Number(process.env['SLUICE_KILL_CYCLES'] ?? (isLong ? 200 : 3));
const home = privateFolder();

test.each(['always', 'interval', 'os'])(
  'kill -9 under load loses nothing acknowledged: %s',
  async (durability) => {
    const random = printedRandom(`kill -9, ${durability}`);
    const args = ['--data', join(home, durability), '--durability', durability, '--create', 's:3'];
    const acknowledged: Acknowledged[] = [];
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const daemon = await startDaemonProcess(args, home);
      const writers = startWriters(daemon, `${durability}-${cycle}`);
      await rest(100 + random.fraction() * 400);
      await daemon.end('SIGKILL');
      acknowledged.push(...(await writers.ended));
    }
    const daemon = await startDaemonProcess(args, home);
    const read = await readEverything(daemon);
    await daemon.end('SIGTERM');
    report(`kill -9, ${durability}: ${CYCLES} cycles, ${acknowledged.length} acknowledged, ${read.length} read`);
    expect(acknowledged.length).toBeGreaterThan(100);
    expect(complaints(read, acknowledged)).toEqual([]);
  },
  120_000 + CYCLES * 10_000,
);

test('a clean stop under load loses nothing acknowledged and ends with 0', async () => {
  const args = ['--data', join(home, 'clean'), '--create', 's:3'];
  const first = await startDaemonProcess(args, home);
  const writers = startWriters(first, 'clean');
  await rest(300);
  expect(await first.end('SIGTERM')).toBe(0);
  const acknowledged = await writers.ended;
  const second = await startDaemonProcess(args, home);
  expect(complaints(await readEverything(second), acknowledged)).toEqual([]);
  await second.end('SIGTERM');
}, 60_000);

test('the checker sees a lost, a doubled, a changed and a misplaced record, and one lost from the middle', () => {
  const record = (value: string, sequenceNumber: string): Acknowledged => ({
    value,
    shard: 's',
    sequenceNumber,
    atMs: 1,
  });
  const all = [record('a', '10'), record('b', '11')];
  expect(complaints(all, all)).toEqual([]);
  expect(complaints(all.slice(1), all)).toHaveLength(1);
  expect(complaints([...all, record('b', '12')], all)).toHaveLength(1);
  expect(complaints([record('a', '10'), record('x', '11')], all)).toHaveLength(1);
  expect(complaints([...all].reverse(), all)).toHaveLength(1);
  expect(complaints([all[0]!, { ...all[1]!, atMs: 0 }], all)).toHaveLength(1);
  expect(tailComplaints(all.slice(0, 1), all)).toEqual([]);
  expect(tailComplaints(all.slice(1), all)).toHaveLength(1);
});
