/** What a machine does to a process: stops it for a while, sets its clock, leaves it no descriptors, deletes its folder. */
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { complaints, putBatch, readEverything, startWriters } from './acknowledged.ts';
import { compilePreload } from './compiled.ts';
import { type DaemonProcess, startDaemonProcess } from './daemon-process.ts';
import { isLong, missing, printedRandom, privateFolder, report, rest } from './fault-run.ts';

const home = privateFolder();
const HOUR_MS = 3_600_000;

test('a stopped and continued daemon loses nothing, and its clients see no error', async () => {
  const random = printedRandom('SIGSTOP');
  const args = ['--data', join(home, 'stopped'), '--durability', 'interval', '--create', 's:3'];
  const daemon = await startDaemonProcess(args, home);
  const writers = startWriters(daemon, 'stopped');
  const stops = isLong ? 20 : 1;
  for (let n = 0; n < stops; n++) {
    await writers.more(200);
    daemon.signal('SIGSTOP');
    // Longer, now and then, than what the daemon waits for the head of a request.
    await rest(isLong && n % 5 === 0 ? 12_000 : 100 + random.fraction() * 400);
    daemon.signal('SIGCONT');
  }
  const before = writers.acknowledged.length;
  await writers.more(200);
  expect(writers.acknowledged.length, 'writers ended').toBeGreaterThanOrEqual(before + 200);
  await writers.stop();
  expect(complaints(await readEverything(daemon), writers.acknowledged)).toEqual([]);
  await daemon.end('SIGKILL');
  report(`SIGSTOP: ${stops} stops, ${writers.acknowledged.length} acknowledged`);
}, 300_000);

const cannotPreload = missing('clock steps', { commands: ['cc'] });
test.skipIf(cannotPreload !== undefined)(
  'a clock that is set, at work and between two starts, loses and reorders nothing',
  async () => {
    const random = printedRandom('clock steps');
    const place = join(home, 'clock');
    const setClock = (shiftMs: number) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(Math.round(shiftMs)));
      // In place: the daemon has it mapped.
      writeFileSync(place, bytes, { flag: 'r+' });
    };
    writeFileSync(place, Buffer.alloc(8));
    const env = { ...compilePreload(home), CLOCK_FILE: place };
    const args = ['--data', join(home, 'clocked'), '--create', 's:3'];
    const acknowledged = [];
    const starts = isLong ? 20 : 2;
    for (let start = 0; start < starts; start++) {
      const daemon = await startDaemonProcess(args, home, { env });
      const writers = startWriters(daemon, `clock-${start}`);
      for (let step = 0; step < 3; step++) {
        await writers.more(100);
        // Within the retention of a day, from half a day back to a few hours ahead.
        setClock((random.fraction() * 16 - 12) * HOUR_MS);
      }
      await writers.more(100);
      acknowledged.push(...(await writers.stop()));
      expect(complaints(await readEverything(daemon), acknowledged)).toEqual([]);
      await daemon.end(start % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
    }
    report(`clock steps: ${starts * 3} steps over ${starts} starts, ${acknowledged.length} acknowledged`);
  },
  300_000,
);

/** Connections that are held and say nothing; ends them. */
async function hold(daemon: DaemonProcess, count: number): Promise<() => void> {
  const { port } = new URL(daemon.url);
  const sockets = Array.from({ length: count }, () =>
    net.connect(Number(port), '127.0.0.1').on('error', () => undefined),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

/** About 9 MiB of records: eight of them fill a segment. */
async function putLarge(daemon: DaemonProcess, name: string) {
  const Records = Array.from({ length: 9 }, (_, i) => ({
    Data: btoa(`${name}:${i}:${'x'.repeat(1_000_000)}`),
    PartitionKey: `${name}-${i}`,
  }));
  await daemon.call('PutRecords', { StreamName: 's', Records });
}

describe.runIf(isLong)('out of the ordinary', () => {
  test('out of descriptors, also when a new segment is due: nothing is lost, and it goes on once there are some', async () => {
    const args = ['--data', join(home, 'descriptors'), '--create', 's:3'];
    const daemon = await startDaemonProcess(args, home, { openFilesMax: 64 });
    const acknowledged = [...(await putBatch(daemon, 'before'))];
    const release = await hold(daemon, 100);
    for (let n = 0; n < 12; n++) {
      await putLarge(daemon, `held-${n}`).catch(() => undefined);
      acknowledged.push(...(await putBatch(daemon, `held-${n}`).catch(() => [])));
    }
    release();
    await daemon.untilHealth('ok');
    acknowledged.push(...(await putBatch(daemon, 'after')));
    await daemon.end('SIGKILL');
    const next = await startDaemonProcess(args, home);
    expect(complaints(await readEverything(next), acknowledged)).toEqual([]);
    await next.end('SIGTERM');
    report(`out of descriptors: ${acknowledged.length} acknowledged`);
  }, 120_000);

  test('a deleted data folder is noticed: no more records are taken, and the daemon ends', async () => {
    const args = ['--data', join(home, 'deleted'), '--create', 's:3'];
    const daemon = await startDaemonProcess(args, home);
    const writers = startWriters(daemon, 'deleted');
    await writers.more(100);
    rmSync(join(home, 'deleted'), { recursive: true });
    const { reason } = await daemon.untilHealth('failed');
    expect(reason).toContain('it has been deleted');
    await writers.ended;
    expect(await putBatch(daemon, 'late')).toEqual([]);
    expect(await daemon.ended).not.toBe(0);
  }, 60_000);
});
