/**
 * Real power cuts: an ext4 goes down under a daemon at work, and what it had not written is gone. `always` loses
 * nothing; `interval` and `os` lose the last records of each shard and deal none of their numbers again.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Acknowledged, complaints, lostOf, readEverything, startWriters, tailComplaints } from './acknowledged.ts';
import { compilePowerCut } from './compiled.ts';
import { startDaemonProcess } from './daemon-process.ts';
import { isLong, memoryFolder, missing, printedRandom, privateFolder, report, rest } from './fault-run.ts';
import { DISK_NEEDS, MountedDisk } from './mounted-disk.ts';

const CYCLES = Number(process.env['SLUICE_CUT_CYCLES'] ?? (isLong ? 100 : 1));
const DISK_BYTES = 4 * 1_073_741_824;
/** What `interval` may lose: 50 ms and the sync that was under way. */
const INTERVAL_MS = 50;

const unable = missing('power cuts', { ...DISK_NEEDS, commands: [...DISK_NEEDS.commands, 'cc'] });
// In memory: what counts is what the file system had asked its disk to keep.
const home = unable === undefined ? privateFolder(memoryFolder) : '';

interface Life {
  readonly read: readonly Acknowledged[];
  readonly written: readonly Acknowledged[];
  readonly cutMs: number;
  /** Answered while the file system was going down: a machine without power answers nothing, so nothing is promised. */
  readonly late: readonly Acknowledged[];
}

/** Starts on what the last cut left, reads it, writes on and loses power. */
async function live(
  disk: MountedDisk,
  cut: () => void,
  options: { args: readonly string[]; name: string; runMs: number },
): Promise<Life> {
  const daemon = await startDaemonProcess(options.args, home);
  const read = await readEverything(daemon);
  const writers = startWriters(daemon, options.name);
  await rest(options.runMs);
  const cutMs = Date.now();
  cut();
  await writers.ended;
  await daemon.end('SIGKILL');
  disk.unmount();
  disk.mount();
  const written = writers.acknowledged.filter(({ atMs }) => atMs < cutMs);
  return { read, written, cutMs, late: writers.acknowledged.filter(({ atMs }) => atMs >= cutMs) };
}

const modes = isLong ? ['always', 'interval', 'os'] : ['always'];
test.skipIf(unable !== undefined).each(modes)(
  'a power cut under load loses no more than the durability allows: %s',
  async (durability) => {
    const random = printedRandom(`power cut, ${durability}`);
    const program = compilePowerCut(home);
    const disk = new MountedDisk(home, durability, DISK_BYTES);
    const cut = () => void execFileSync(program, [disk.path]);
    const args = ['--data', join(disk.path, 'data'), '--durability', durability, '--create', 's:3'];
    let kept: Acknowledged[] = [];
    const lost: Acknowledged[] = [];
    let oldestLostMs = 0;
    let last: Life = { read: [], written: [], cutMs: 0, late: [] };
    let total = 0;
    let lateLost = 0;
    for (let cycle = 0; cycle <= CYCLES; cycle++) {
      const life = await live(disk, cut, {
        args,
        name: `${durability}-${cycle}`,
        runMs: 150 + random.fraction() * 400,
      });
      const acknowledged = [...kept, ...last.written];
      const gone = lostOf(life.read, acknowledged);
      if (durability === 'always') expect(complaints(life.read, acknowledged)).toEqual([]);
      else expect(tailComplaints(life.read, acknowledged)).toEqual([]);
      for (const { atMs } of gone) oldestLostMs = Math.max(oldestLostMs, last.cutMs - atMs);
      const numbers = new Set(lost.map(({ shard, sequenceNumber }) => `${shard}/${sequenceNumber}`));
      const again = life.written.filter(({ shard, sequenceNumber }) => numbers.has(`${shard}/${sequenceNumber}`));
      expect(again, 'numbers dealt again').toEqual([]);
      lost.push(...gone);
      const isGone = new Set(gone);
      kept = acknowledged.filter((record) => !isGone.has(record));
      total += life.written.length;
      lateLost += lostOf(life.read, last.late).length;
      last = life;
    }
    disk.unmount();
    report(
      `power cut, ${durability}: ${CYCLES} cuts, ${total} acknowledged, ${lost.length} lost, ` +
        `the oldest ${oldestLostMs} ms before the cut (${INTERVAL_MS} ms and a sync in 'interval'), ` +
        `${lateLost} lost of those answered during the cut`,
    );
    expect(total).toBeGreaterThan(100);
  },
  120_000 + CYCLES * 20_000,
);
