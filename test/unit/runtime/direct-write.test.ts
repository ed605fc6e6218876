/** Writing past the page cache leaves in a file, and shows to its readers, what writing through it does. */
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DirectWriter, openDirect, takesDirectWrites, writeAt } from '../../../src/runtime/direct-write.ts';
import type { DiskFile } from '../../../src/runtime/disk.ts';
import { nodeDisk } from '../../../src/runtime/node-disk.ts';

const isDirect = await takesDirectWrites(tmpdir());
if (!isDirect) process.stdout.write(`skipped: writing past the page cache: ${tmpdir()} is on no disk that does it\n`);

let directory: string;
let path: string;
let files = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sluice-direct-'));
});
beforeEach(() => {
  path = join(directory, `file-${files++}`);
});
afterAll(() => rm(directory, { recursive: true }));

/** A prime, so that no page is like another. No byte is 0, as those of a hole are. */
const PERIOD = 65_521;
const PATTERN = new Uint8Array(PERIOD * 40);
for (let i = 0; i < PATTERN.length; i++) PATTERN[i] = 1 + (((i % PERIOD) * 31) % 255);

/** What the file holds at a position, whoever wrote it. */
function bytesAt(position: number, length: number): Uint8Array {
  const from = position % PERIOD;
  return PATTERN.subarray(from, from + length);
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** Runs `use` on a file of which the pages of large writes go to `direct`, a file of the system's that answers as it must. */
async function withDirect<T>(direct: number, use: (writer: DirectWriter, cached: number) => Promise<T>): Promise<T> {
  const cached = openSync(path, 'w+');
  const writer = new DirectWriter({ cached, direct });
  try {
    return await use(writer, cached);
  } finally {
    await writer.close();
    closeSync(cached);
  }
}

async function withFile<T>(use: (file: DiskFile) => Promise<T>): Promise<T> {
  await (await nodeDisk.open(path, 'create')).close();
  const file = await nodeDisk.open(path, 'update', { direct: true });
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

describe.skipIf(!isDirect)('on a disk that does it', () => {
  const place = fc.oneof(
    fc.nat(2_000_000),
    fc.nat(400).map((page) => page * 4_096),
  );
  const length = fc.oneof(
    fc.nat(20_000),
    fc.integer({ min: 262_000, max: 1_400_000 }),
    fc.constantFrom(262_144, 1_048_576),
  );

  test('writes of any size, anywhere, one over the other, leave what they leave in memory', async () => {
    const writes = fc.array(fc.record({ place, length, value: fc.integer({ min: 1, max: 255 }) }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(writes, async (list) => {
        path = join(directory, `file-${files++}`);
        const model = new Uint8Array(4_000_000);
        let end = 0;
        await withFile(async (file) => {
          for (const { place: position, length: size, value } of list) {
            const bytes = bytesAt(position + value, size);
            expect(await file.write(bytes, position)).toBe(size);
            model.set(bytes, position);
            if (size > 0) end = Math.max(end, position + size);
          }
          expect(await file.size()).toBe(end);
        });
        expect(sameBytes(readFileSync(path), model.subarray(0, end))).toBe(true);
        await rm(path);
      }),
      { numRuns: 25 },
    );
  });

  test('pages go by the descriptor that passes the cache, which takes the memory they are in, and nothing else does', async () => {
    const elsewhere = join(directory, 'elsewhere');
    closeSync(openSync(elsewhere, 'w'));
    await withDirect((await openDirect(elsewhere))!, (writer) => writer.write(bytesAt(5_000, 600_000), 5_000));
    const pages = readFileSync(elsewhere);
    const first = pages.findIndex((byte) => byte !== 0);
    expect(first % 4_096).toBe(0);
    expect(pages.length % 4_096).toBe(0);
    expect(sameBytes(pages.subarray(first), bytesAt(first, pages.length - first))).toBe(true);
    const rest = readFileSync(path);
    expect(rest.length).toBe(605_000);
    expect(rest.subarray(first, pages.length).every((byte) => byte === 0)).toBe(true);
    expect(sameBytes(rest.subarray(5_000, first), bytesAt(5_000, first - 5_000))).toBe(true);
    expect(sameBytes(rest.subarray(pages.length), bytesAt(pages.length, rest.length - pages.length))).toBe(true);
  });

  test('a file is open past the cache for as long as it is open, if it was asked for', async () => {
    await withFile(async () => expect(descriptorsOf(path)).toEqual(['cached', 'direct']));
    expect(descriptorsOf(path)).toEqual([]);
    const file = await nodeDisk.open(path, 'update');
    expect(descriptorsOf(path)).toEqual(['cached']);
    await file.close();
  });

  // ext4 has no byte at or beyond 2^44 - 4,096 with blocks of 4 KiB; where there is more room both counts are whole.
  test('where a file cannot grow any more, as much is written as through the cache', async () => {
    const position = 2 ** 44 - 500_000;
    const bytes = bytesAt(0, 1_300_000);
    const cached = openSync(join(directory, 'through'), 'w+');
    const expected = await writeAt(cached, bytes, position);
    closeSync(cached);
    await withFile(async (file) => expect(await file.write(bytes, position)).toBe(expected));
  });

  test('readers behind the writer never see a hole or an old page', async () => {
    const READERS = 3;
    const reading = { end: 100, over: false };
    await withFile(async (first) => {
      await first.write(bytesAt(0, reading.end), 0);
      const second = await nodeDisk.open(path, 'update', { direct: true });
      const readers = Array.from({ length: READERS }, (_, i) => readBehind(path, reading, i));
      await writeOn([first, second], reading);
      reading.over = true;
      expect(await Promise.all(readers)).toEqual(Array.from({ length: READERS }, () => 'all was right'));
      await second.close();
    });
    expect(readFileSync(path).length).toBe(reading.end);
  });
});

/** How this process has a file open. */
function descriptorsOf(file: string): string[] {
  const found: string[] = [];
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) !== file) continue;
      const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))![1]!;
      found.push(Number.parseInt(flags, 8) & constants.O_DIRECT ? 'direct' : 'cached');
    } catch {
      // It was closed meanwhile.
    }
  }
  return found.sort();
}

/** Appends as the store does: two writes under way, each with its own handle and sync, acknowledged in order. */
async function writeOn(handles: readonly DiskFile[], reading: { end: number }): Promise<void> {
  const SIZES = [300_000, 5_000, 540_321, 70, 262_144, 1_300_007, 100_000, 4_096, 600_001];
  let at = reading.end;
  let [older, newer]: Promise<void>[] = [Promise.resolve(), Promise.resolve()];
  for (let i = 0; i < 36; i++) {
    const position = at;
    const size = SIZES[(i * 7) % SIZES.length]!;
    at += size;
    const before = newer!;
    const handle = handles[i % 2]!;
    const write = async () => {
      expect(await handle.write(bytesAt(position, size), position)).toBe(size);
      await handle.sync();
      await before;
      reading.end = position + size;
    };
    await older;
    [older, newer] = [newer, write()];
  }
  await newer;
}

async function readBehind(from: string, reading: { end: number; over: boolean }, seed: number): Promise<string> {
  const file = await nodeDisk.open(from, 'read');
  const into = new Uint8Array(700_000);
  try {
    for (let turn = seed; !reading.over; turn += 7) {
      const back = Math.min(reading.end, 1 + ((turn * 104_729) % 2_000_000));
      const position = reading.end - back;
      const wanted = into.subarray(0, Math.min(back, turn % 2 === 0 ? 700_000 : 9_000));
      const count = await file.read(wanted, position);
      if (count < wanted.length) return `${count} of ${wanted.length} bytes at ${position}`;
      if (!sameBytes(wanted, bytesAt(position, wanted.length))) return `wrong bytes at ${position}`;
    }
    return 'all was right';
  } finally {
    await file.close();
  }
}

describe.skipIf(process.platform !== 'linux')('on a disk that does not', () => {
  test('once refused, everything goes through the cache', async () => {
    // Takes a number and refuses the rest: what the second write begins with would be gone there.
    const number = new Uint8Array(600_000);
    number.set(new TextEncoder().encode('51'));
    await withDirect(openSync('/proc/self/coredump_filter', 'w'), async (writer) => {
      expect(await writer.write(bytesAt(0, 600_000), 0)).toBe(600_000);
      expect(await writer.write(number, 589_824)).toBe(600_000);
    });
    const found = readFileSync(path);
    expect(sameBytes(found.subarray(0, 589_824), bytesAt(0, 589_824))).toBe(true);
    expect(sameBytes(found.subarray(589_824), number)).toBe(true);
  });

  test('a full disk is told as it is told elsewhere, and memory is free again', async () => {
    for (let i = 0; i < 5; i++) {
      await withDirect(openSync('/dev/full', 'w'), async (writer) => {
        await expect(writer.write(bytesAt(0, 600_000), 0)).rejects.toMatchObject({ code: 'ENOSPC' });
      });
    }
  });

  test('files that are on no disk are written through the cache', async () => {
    expect(await takesDirectWrites('/proc')).toBe(false);
    expect(await openDirect('/proc/self/coredump_filter')).toBeUndefined();
  });
});
