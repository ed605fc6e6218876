/** A file system that is too small, full, or read-only from one moment to the next: real ones, over a loop device. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { complaints, lostOf, putBatch, readEverything, startWriters } from './acknowledged.ts';
import { startDaemonProcess } from './daemon-process.ts';
import { isLong, memoryFolder, missing, privateFolder, report } from './fault-run.ts';
import { DISK_NEEDS, MountedDisk } from './mounted-disk.ts';

const MIB = 1_048_576;
const unable = missing('file systems of their own', DISK_NEEDS);
const home = unable === undefined ? privateFolder(memoryFolder) : '';
const serve = (disk: MountedDisk, name = 'data') =>
  startDaemonProcess(['--data', join(disk.path, name), '--create', 's:3'], home);

describe.skipIf(unable !== undefined)('a file system', () => {
  test('that is too small from the start says so, and that it does is no fault', async () => {
    const disk = new MountedDisk(home, 'small', 64 * MIB);
    await expect(serve(disk)).rejects.toThrow('bytes are free');
    const daemon = await startDaemonProcess(['--data', join(disk.path, 'data')], home);
    expect((await daemon.untilHealth('read-only')).reason).toContain('bytes are free');
    expect((await daemon.call('ListStreams', {}))['StreamNames']).toEqual(['s']);
    expect(await putBatch(daemon, 'small').catch(() => [])).toEqual([]);
    expect(await daemon.end('SIGTERM')).toBe(0);
    disk.unmount();
  }, 60_000);

  test.runIf(isLong)(
    'that is filled by others at work: records are refused, none is lost, and taken again once there is room',
    async () => {
      const disk = new MountedDisk(home, 'filled', 2_048 * MIB);
      const daemon = await serve(disk);
      const acknowledged = [];
      for (let round = 0; round < 5; round++) {
        const writers = startWriters(daemon, `filled-${round}`);
        await writers.more(300);
        // Below what is kept free, and looked for every 5 s only: writing meets the end first.
        disk.fill(round * 50_000);
        acknowledged.push(...(await writers.ended));
        const { reason } = await daemon.untilHealth('read-only');
        report(`filled: ${reason}`);
        expect(complaints(await readEverything(daemon), acknowledged)).toEqual([]);
        disk.empty();
        await daemon.untilHealth('ok');
        acknowledged.push(...(await putBatch(daemon, `after-${round}`)));
      }
      await daemon.end('SIGKILL');
      const next = await serve(disk);
      expect(complaints(await readEverything(next), acknowledged)).toEqual([]);
      await next.end('SIGTERM');
      disk.unmount();
      report(`filled: 5 times, ${acknowledged.length} acknowledged`);
    },
    300_000,
  );

  test.runIf(isLong)(
    'that becomes read-only at work: it fails and ends, nothing is lost, and a start on it says why not',
    async () => {
      const disk = new MountedDisk(home, 'read-only', 2_048 * MIB);
      const daemon = await serve(disk);
      const writers = startWriters(daemon, 'read-only');
      await writers.more(300);
      const brokenMs = Date.now();
      disk.failReadOnly();
      const acknowledged = await writers.ended;
      report(`read-only: ${(await daemon.untilHealth('failed')).reason}`);
      expect(complaints(await readEverything(daemon), acknowledged)).toEqual([]);
      expect(await daemon.ended).not.toBe(0);
      await expect(serve(disk)).rejects.toThrow('may not be written');
      disk.unmount();
      disk.mend();
      const next = await serve(disk);
      // ext4 lets an fdatasync that is under way while it gives up its journal succeed.
      const promised = acknowledged.filter(({ atMs }) => atMs < brokenMs);
      const read = await readEverything(next);
      expect(complaints(read, promised)).toEqual([]);
      report(`read-only: ${lostOf(read, acknowledged).length} lost of those answered while it failed`);
      await next.end('SIGTERM');
      disk.unmount();
    },
    120_000,
  );
});
