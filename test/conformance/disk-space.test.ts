/** Disk comes back within a minute of a deletion or of the end of retention, while neighbours in the same files live. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isForeign, Kinesis } from './kinesis.ts';

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;

describe.skipIf(isForeign)('disk space', () => {
  let base: string;
  let api: Kinesis;
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'sluice-space-'));
    api = new Kinesis({ memory: false, dataDir: join(base, 'data'), durability: 'os', testClock: true });
    await api.start();
  });
  afterAll(async () => {
    await api.stop();
    await rm(base, { recursive: true });
  });

  async function folderBytes(): Promise<number> {
    const lane = join(base, 'data', 'lane-0');
    let bytes = 0;
    for (const name of await readdir(lane)) {
      // A file may go between the two questions.
      bytes += await stat(join(lane, name)).then(
        ({ size }) => size,
        () => 0,
      );
    }
    return bytes;
  }

  /** `mib` of records in one stream, and one record of another between each nine of them. */
  async function fill(large: string, small: string, mib: number): Promise<void> {
    const Data = Buffer.alloc(MIB - 100, 'x').toString('base64');
    for (let put = 0; put < mib; put += 9) {
      const Records = Array.from({ length: 9 }, (_, i) => ({ PartitionKey: String(i), Data }));
      const { FailedRecordCount } = await api.call('PutRecords', { StreamName: large, Records });
      expect(FailedRecordCount).toBe(0);
      await api.call('PutRecord', { StreamName: small, PartitionKey: 'k', Data: '' });
    }
  }

  /** A minute of the daemon's time, in six steps; what each sets going may run as long as the disk needs for it. */
  async function minutePasses(): Promise<void> {
    for (let step = 0; step < 6; step++) {
      await api.advance(10_000);
      for (let ask = 0; ask < 100; ask++) await api.send({ method: 'GET', path: '/_sluice/status' });
    }
  }

  /** Asks until the folder is small; the test's time bounds it. */
  async function whenSmall(): Promise<number> {
    let bytes = await folderBytes();
    for (; bytes > 4 * MIB; bytes = await folderBytes()) await api.send({ method: 'GET', path: '/_sluice/status' });
    return bytes;
  }

  const recordsOf = async (stream: string) => (await api.read(stream, 0)).Records.length;

  test("a deleted stream's bytes come back within a minute", async () => {
    const { name: large } = await api.stream(2);
    const { name: small } = await api.stream(1);
    await fill(large, small, 81);
    expect(await folderBytes()).toBeGreaterThan(81 * MIB);
    await api.call('DeleteStream', { StreamName: large });
    await minutePasses();
    expect(await whenSmall()).toBeLessThan(4 * MIB);
    expect(await recordsOf(small)).toBe(9);
  }, 60_000);

  test('so do the bytes of records whose retention is over', async () => {
    const { name: large } = await api.stream(2);
    const { name: small } = await api.stream(1);
    await api.call('IncreaseStreamRetentionPeriod', { StreamName: small, RetentionPeriodHours: 8_760 });
    await fill(large, small, 81);
    expect(await folderBytes()).toBeGreaterThan(81 * MIB);
    await api.advance(24 * HOUR_MS);
    await minutePasses();
    expect(await whenSmall()).toBeLessThan(4 * MIB);
    expect([await recordsOf(large), await recordsOf(small)]).toEqual([0, 9]);
  }, 60_000);
});
