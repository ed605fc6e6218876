/** The journal in files on a disk that loses power: nothing confirmed is lost, torn tails are cut, damage is refused. */
import { describe, expect, test } from 'vitest';
import type { Catalog, CatalogEvent } from '../../../src/model/catalog.ts';
import type { Disk } from '../../../src/runtime/disk.ts';
import { type Logger, silentLogger } from '../../../src/runtime/logger.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { openJournal } from '../../../src/service/disk-journal.ts';
import type { Journal } from '../../../src/service/journal.ts';
import { encodeFrame, encodeHeader, scanFrames } from '../../../src/service/journal-frames.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';
import { sampleStream } from '../model/sample-stream.ts';

const directory = '/data/meta';

function open(disk: Disk, logBytesMax?: number, logger: Logger = silentLogger): Promise<Journal> {
  return openJournal({ disk, directory, logger, logBytesMax });
}

/** An event that makes a new stream. */
function creation(id: number): CatalogEvent {
  const transition = { change: { kind: 'create', shards: 1 }, dueMs: 0, keys: { first: id, count: 1 } };
  const stream = sampleStream(1, { id, name: `stream-${id}`, status: 'CREATING', shards: [] });
  return { kind: 'streamCreated', stream: { ...stream, transition } } as CatalogEvent;
}

async function appendAll(journal: Journal, from: number, to: number): Promise<void> {
  for (let id = from; id <= to; id++) await journal.append(creation(id));
}

async function bytesOf(disk: Disk, path: string): Promise<Uint8Array> {
  const file = await disk.open(path, 'read');
  const bytes = new Uint8Array(await file.size());
  await file.read(bytes, 0);
  await file.close();
  return bytes;
}

async function overwrite(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.open(path, 'update');
  await file.truncate(0);
  await file.write(bytes, 0);
  await file.sync();
  await file.close();
}

const idsOf = (catalog: Catalog) => [...catalog.streams.keys()];
const ids = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test('what was appended is there after opening again, the same', async () => {
  const disk = new SimDisk({ seed: 1 });
  const journal = await open(disk);
  await appendAll(journal, 1, 5);
  const before = journal.catalog;
  await journal.close();
  expect((await open(disk)).catalog).toEqual(before);
});

test('what was confirmed survives a power cut at any call, also while logs roll and snapshots are taken', async () => {
  for (let seed = 1; seed <= 150; seed++) {
    const random = seededRandom(seed);
    let disk = new SimDisk({ seed });
    let confirmed = 0;
    for (let life = 0; life < 3; life++) {
      const journal = await open(disk, 2_000);
      expect(idsOf(journal.catalog), `seed ${seed}`).toEqual(ids(idsOf(journal.catalog).length));
      expect(idsOf(journal.catalog).length, `seed ${seed}`).toBeGreaterThanOrEqual(confirmed);
      confirmed = idsOf(journal.catalog).length;
      // The failing call leaves the disk in the middle of whatever was going on; then the power goes.
      disk.failAt(1 + Math.floor(random.fraction() * 60), 'EIO');
      for (let i = 0; i < 12; i++) {
        const appended = await journal.append(creation(confirmed + 1)).then(
          () => true,
          () => false,
        );
        if (!appended) break;
        confirmed += 1;
      }
      disk = disk.cut();
    }
  }
});

test('a torn tail is cut off at every byte, with a line in the log, and the journal goes on', async () => {
  const disk = new SimDisk({ seed: 1 });
  const journal = await open(disk);
  await appendAll(journal, 1, 3);
  const whole = await bytesOf(disk, `${directory}/log-0`);
  await journal.close();
  const lastStart = scanFrames(whole).starts.at(-1)!;
  for (let length = lastStart + 1; length < whole.length; length += 7) {
    await overwrite(disk, `${directory}/log-0`, whole.subarray(0, length));
    const lines: string[] = [];
    const again = await open(disk, undefined, { log: (level, message) => lines.push(`${level} ${message}`) });
    expect(idsOf(again.catalog)).toEqual([1, 2]);
    expect(lines.filter((line) => !line.startsWith('debug'))).toEqual([
      'warn cut a change that was never confirmed off the journal',
    ]);
    // Shorter than what was torn off.
    await again.append({ kind: 'serviceStarted', epoch: 1, tokenKey: '' });
    await again.close();
    const after = await bytesOf(disk, `${directory}/log-0`);
    expect([scanFrames(after).texts.length, scanFrames(after).end]).toEqual([5, after.length]);
  }
});

test('once it was closed, a flipped byte in the last event is damage, not a torn tail', async () => {
  const disk = new SimDisk({ seed: 1 });
  const journal = await open(disk);
  await journal.append({ kind: 'serviceStarted', epoch: 1, tokenKey: '' });
  await appendAll(journal, 1, 2);
  const end = (await bytesOf(disk, `${directory}/log-0`)).length;
  await journal.close();
  const whole = await bytesOf(disk, `${directory}/log-0`);
  const start = scanFrames(whole).starts.at(-2)!;
  expect(start).toBeLessThan(end);
  for (let at = start; at < end; at += 7) {
    const damaged = Uint8Array.from(whole);
    damaged[at]! ^= 0x10;
    await overwrite(disk, `${directory}/log-0`, damaged);
    await expect(open(disk)).rejects.toMatchObject({ code: 'SLUICE_JOURNAL_DAMAGED' });
  }
});

test('any flipped byte before the last event is damage: opening is refused and changes nothing', async () => {
  const disk = new SimDisk({ seed: 1 });
  const journal = await open(disk);
  await appendAll(journal, 1, 2);
  await journal.close();
  const path = `${directory}/log-0`;
  const whole = await bytesOf(disk, path);
  for (let at = 0; at < scanFrames(whole).starts.at(-1)!; at += 3) {
    const damaged = whole.slice();
    damaged[at]! ^= 0x11;
    await overwrite(disk, path, damaged);
    await expect(open(disk), `byte ${at}`).rejects.toMatchObject({ code: 'SLUICE_JOURNAL_DAMAGED' });
    expect(await bytesOf(disk, path)).toEqual(damaged);
  }
});

test('a newer format is refused in words, whichever file says so', async () => {
  for (const change of [{ major: 2 }, { minor: 1 }, { format: 'other' }]) {
    const disk = new SimDisk({ seed: 1 });
    await disk.makeDirectory(directory);
    const header = { format: 'sluice-journal', major: 1, minor: 0, kind: 'log', number: 0, ...change };
    const file = await disk.open(`${directory}/log-0`, 'create');
    await file.write(encodeFrame(JSON.stringify(header)), 0);
    await expect(open(disk)).rejects.toMatchObject({ code: 'SLUICE_JOURNAL_FORMAT' });
  }
});

describe('rolling', () => {
  async function rolled(): Promise<SimDisk> {
    const disk = new SimDisk({ seed: 1 });
    const journal = await open(disk, 2_000);
    await appendAll(journal, 1, 40);
    await journal.close();
    return disk;
  }

  test('keeps the two newest snapshots and the logs from the older one on', async () => {
    const disk = await rolled();
    const names = (await disk.list(directory)).toSorted((a, b) => Number(a.split('-')[1]) - Number(b.split('-')[1]));
    const last = Number(names.at(-1)!.split('-')[1]);
    expect(last).toBeGreaterThan(3);
    expect(names).toEqual([`log-${last - 1}`, `snapshot-${last - 1}`, `log-${last}`, `snapshot-${last}`]);
    expect(idsOf((await open(disk)).catalog)).toEqual(ids(40));
  });

  test('lets the older snapshot stand in for a damaged one', async () => {
    const disk = await rolled();
    const newest = (await disk.list(directory))
      .filter((name) => name.startsWith('snapshot'))
      .sort()
      .at(-1)!;
    const bytes = await bytesOf(disk, `${directory}/${newest}`);
    bytes[bytes.length - 5]! ^= 1;
    await overwrite(disk, `${directory}/${newest}`, bytes);
    expect(idsOf((await open(disk)).catalog)).toEqual(ids(40));
  });

  test('refuses when a log is missing or no snapshot is sound', async () => {
    const disk = await rolled();
    const logs = (await disk.list(directory)).filter((name) => name.startsWith('log'));
    await disk.remove(`${directory}/${logs.at(-1)}`);
    await expect(open(disk)).rejects.toMatchObject({ code: 'SLUICE_JOURNAL_DAMAGED' });
    const other = await rolled();
    for (const name of await other.list(directory)) {
      if (name.startsWith('snapshot')) await overwrite(other, `${directory}/${name}`, encodeHeader('snapshot', 1));
    }
    await expect(open(other)).rejects.toMatchObject({ code: 'SLUICE_JOURNAL_DAMAGED' });
  });

  test('that fails at any call loses nothing, and the journal goes on', async () => {
    for (let call = 1; call <= 10; call++) {
      const disk = new SimDisk({ seed: call });
      const journal = await open(disk, 600);
      await journal.append(creation(1));
      // The write and the sync of the next event come first; what follows them is the roll.
      disk.failAt(2 + call, 'EIO');
      await appendAll(journal, 2, 6);
      await journal.close();
      const again = await open(disk, 600);
      expect(idsOf(again.catalog)).toEqual(ids(6));
      await again.append(creation(7));
      expect(idsOf((await open(disk.cut(), 600)).catalog)).toEqual(ids(7));
    }
  });
});

test('after a failed sync nothing is written any more, and the catalog stays as it was', async () => {
  const disk = new SimDisk({ seed: 1 });
  const journal = await open(disk);
  await journal.append(creation(1));
  disk.failAt(1, 'EIO', 'sync');
  await expect(journal.append(creation(2))).rejects.toMatchObject({ code: 'SLUICE_JOURNAL_FAILED' });
  expect(journal.health()).toMatchObject({ state: 'failed' });
  const calls = disk.calls;
  await expect(journal.append(creation(2))).rejects.toMatchObject({ code: 'SLUICE_JOURNAL_FAILED' });
  expect(disk.calls).toBe(calls);
  expect(idsOf(journal.catalog)).toEqual([1]);
});

test('an event that was read after a failed sync is on disk before it is served', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const disk = new SimDisk({ seed });
    const journal = await open(disk);
    disk.failAt(1, 'EIO', 'sync');
    await expect(journal.append(creation(1))).rejects.toThrow();
    const served = idsOf((await open(disk)).catalog);
    expect(idsOf((await open(disk.cut())).catalog)).toEqual(served);
  }
});

test.each(['ENOSPC', 'short'] as const)(
  'a full disk (%s) refuses one event and takes the next when there is room',
  async (code) => {
    const disk = new SimDisk({ seed: 1 });
    const journal = await open(disk);
    await journal.append(creation(1));
    disk.failAt(1, code, 'write');
    await expect(journal.append(creation(2))).rejects.toMatchObject({ code: 'SLUICE_DISK_FULL' });
    expect(idsOf(journal.catalog)).toEqual([1]);
    await journal.append(creation(2));
    await journal.close();
    expect(idsOf((await open(disk)).catalog)).toEqual([1, 2]);
  },
);

test('random bytes are never read as an event', () => {
  const random = seededRandom(5);
  for (let i = 0; i < 500; i++) expect(scanFrames(random.bytes(200)).texts).toEqual([]);
  expect(scanFrames(new Uint8Array(4096)).texts).toEqual([]);
});
