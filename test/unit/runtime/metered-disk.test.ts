/** A disk that is measured does what it did before, and tells of it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import { meteredDisk } from '../../../src/runtime/metered-disk.ts';
import { nodeDisk } from '../../../src/runtime/node-disk.ts';

test('bytes and syncs are told, failures go through', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-metered-'));
  try {
    const told: (string | number)[] = [];
    const disk = meteredDisk(nodeDisk, systemClock, {
      written: (bytes) => told.push('written', bytes),
      read: (bytes) => told.push('read', bytes),
      synced: (ms) => told.push(ms >= 0 ? 'synced' : 'before it began'),
    });
    const file = await disk.open(join(folder, 'a'), 'create');
    await file.write(Uint8Array.of(1, 2, 3), 0);
    await file.sync();
    const into = new Uint8Array(8);
    expect(await file.read(into, 1)).toBe(2);
    expect(await file.size()).toBe(3);
    await file.close();
    await expect(disk.open(join(folder, 'c'), 'read')).rejects.toThrow('ENOENT');
    await disk.rename(join(folder, 'a'), join(folder, 'b'));
    expect(await disk.list(folder)).toEqual(['b']);
    expect(told).toEqual(['written', 3, 'synced', 'read', 2]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
