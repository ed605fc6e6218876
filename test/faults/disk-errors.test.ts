/**
 * Calls to the disk that fail, by a library loaded before the daemon's own: what was acknowledged stays, a failed sync
 * is never tried again, a full disk is waited for.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { complaints, putBatch, readEverything, startWriters } from './acknowledged.ts';
import { compilePreload } from './compiled.ts';
import { startDaemonProcess } from './daemon-process.ts';
import { isLong, missing, printedRandom, privateFolder, report, rest } from './fault-run.ts';

const ROUNDS = isLong ? 10 : 1;
const ERRNO = { EIO: '5', EROFS: '30', ENOSPC: '28', HALF: '0' };

const unable = missing('errors of the disk', { commands: ['cc'] });
const home = privateFolder();
const preload = unable === undefined ? compilePreload(home) : {};

interface Failing {
  readonly files: string;
  readonly call: 'write' | 'sync';
  readonly errno: keyof typeof ERRNO;
  /** How many calls fail before all is well again. */
  readonly count: number;
}

/** A daemon at work whose disk begins to fail when `fail` is called. */
async function startFailing(name: string, { files, call, errno, count }: Failing) {
  const lever = join(home, `${name}.switch`);
  const env = {
    ...preload,
    ...{ FAULT_FILES: files, FAULT_CALL: call, FAULT_ERRNO: ERRNO[errno], FAULT_COUNT: String(count) },
    FAULT_SWITCH: lever,
  };
  const args = ['--data', join(home, name), '--create', 's:3'];
  const daemon = await startDaemonProcess(args, home, { env });
  return {
    daemon,
    args,
    fail: () => writeFileSync(lever, ''),
    mend: () => rmSync(lever),
  };
}

describe.skipIf(unable !== undefined)('a disk that fails', () => {
  const forGood: Failing[] = [
    { files: '.seg', call: 'sync', errno: 'EIO', count: 1 },
    { files: '.seg', call: 'write', errno: 'EIO', count: 1 },
    { files: '.seg', call: 'write', errno: 'EROFS', count: 1_000_000 },
    { files: '.seg', call: 'sync', errno: 'ENOSPC', count: 1 },
  ];
  test.each(isLong ? forGood : forGood.slice(0, 2))(
    '$errno at a $call of records: nothing is acknowledged any more, the daemon ends, nothing is lost',
    async (failing) => {
      const random = printedRandom(`${failing.errno} at a ${failing.call}`);
      for (let round = 0; round < ROUNDS; round++) {
        const name = `${failing.errno}-${failing.call}-${round}`;
        const { daemon, args, fail } = await startFailing(name, failing);
        const writers = startWriters(daemon, name);
        await writers.more(100 + random.fraction() * 1_000);
        fail();
        const acknowledged = await writers.ended;
        const { reason } = await daemon.untilHealth('failed');
        expect(reason).toContain(`a ${failing.call}`);
        expect(await putBatch(daemon, 'late')).toEqual([]);
        expect(complaints(await readEverything(daemon), acknowledged)).toEqual([]);
        // By itself, after some seconds in which records can be read.
        if (isLong) expect(await daemon.ended).not.toBe(0);
        else await daemon.end('SIGKILL');
        const next = await startDaemonProcess(args, home);
        expect(complaints(await readEverything(next), acknowledged)).toEqual([]);
        await next.end('SIGTERM');
      }
      report(`${failing.errno} at a ${failing.call}: ${ROUNDS} rounds`);
    },
    60_000 + ROUNDS * 20_000,
  );

  const forAWhile: Failing[] = [
    { files: '.seg', call: 'write', errno: 'ENOSPC', count: 1_000_000 },
    { files: '.seg', call: 'write', errno: 'HALF', count: 1 },
  ];
  test.runIf(isLong).each(forAWhile)(
    '$errno at a write of records: refused in words, read on, taken again once there is room',
    async (failing) => {
      const random = printedRandom(`${failing.errno} at a write`);
      for (let round = 0; round < ROUNDS; round++) {
        const name = `${failing.errno}-${failing.call}-${round}`;
        const { daemon, args, fail, mend } = await startFailing(name, failing);
        const writers = startWriters(daemon, name);
        await writers.more(100 + random.fraction() * 1_000);
        fail();
        await writers.ended;
        if (failing.count > 1) {
          expect((await daemon.untilHealth('read-only')).reason).toContain('the disk is full');
          expect(await putBatch(daemon, 'late')).toEqual([]);
        }
        expect(complaints(await readEverything(daemon), writers.acknowledged)).toEqual([]);
        mend();
        await daemon.untilHealth('ok');
        const acknowledged = [...writers.acknowledged, ...(await putBatch(daemon, `${name}-after`))];
        await daemon.end(round % 2 === 0 ? 'SIGKILL' : 'SIGTERM');
        const next = await startDaemonProcess(args, home);
        expect(complaints(await readEverything(next), acknowledged)).toEqual([]);
        await next.end('SIGTERM');
      }
      report(`${failing.errno} at a write: ${ROUNDS} rounds`);
    },
    60_000 + ROUNDS * 20_000,
  );

  test('EIO at a sync of the journal: the change is not confirmed, no later one is, and the next start agrees', async () => {
    const failing: Failing = { files: '/meta/log', call: 'sync', errno: 'EIO', count: 1 };
    const { daemon, args, fail } = await startFailing('journal', failing);
    fail();
    await expect(daemon.call('CreateStream', { StreamName: 'new', ShardCount: 1 })).rejects.toThrow('InternalFailure');
    await expect(daemon.call('CreateStream', { StreamName: 'later', ShardCount: 1 })).rejects.toThrow(
      'InternalFailure',
    );
    const acknowledged = await putBatch(daemon, 'journal');
    await rest(10);
    await daemon.end('SIGKILL');
    const next = await startDaemonProcess(args, home);
    const { StreamNames } = await next.call('ListStreams', {});
    expect(StreamNames).not.toContain('later');
    expect(complaints(await readEverything(next), acknowledged)).toEqual([]);
    await next.end('SIGTERM');
  }, 60_000);
});
