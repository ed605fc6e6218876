/** The checkpoint file: whole at every instant, damage found line by line, nothing of others written over. */
import { describe, expect, test } from 'vitest';
import { type CheckpointState, checkpointText, parseCheckpoints } from '../../../src/agent/checkpoint-lines.ts';
import { Checkpoints } from '../../../src/agent/checkpoints.ts';
import { SimDisk } from '../../simulation/sim-disk.ts';

const TEXT = new TextEncoder();
const PATH = '/state/checkpoints';

const state = (acked: number): CheckpointState => ({
  flows: ['kinesis:s:/t/*.log'],
  files: [
    {
      id: 'one',
      flow: 'kinesis:s:/t/*.log',
      path: '/t/ä "b"\n.log',
      identity: { device: '1', inode: '18446744073709551615', birth: '1700000000123456789' },
      generation: 2,
      acked,
      prints: {
        head: { bytes: 3, digest: 'abc' },
        anchors: [{ at: acked, bytes: Uint8Array.of(0, 255, 10) }],
      },
      bytes: acked + 5,
      seenMs: 1_700_000_000_000,
    },
  ],
});

describe('the text', () => {
  test('comes back as it went', () => {
    expect(parseCheckpoints(checkpointText(state(7)))).toEqual({ kind: 'read', state: state(7), damagedLines: 0 });
  });

  test('a changed character costs its line only', () => {
    const text = checkpointText(state(7)).replace('"acked":7', '"acked":9');
    expect(parseCheckpoints(text)).toMatchObject({
      kind: 'read',
      state: { flows: state(7).flows, files: [] },
      damagedLines: 1,
    });
  });

  test('a cut end is seen', () => {
    expect(parseCheckpoints(checkpointText(state(7)).slice(0, -9))).toMatchObject({ damagedLines: 1 });
  });

  test.each([['SQLite format 3\0'], ['sluice agent checkpoints 2\n'], ['']])('%j is not ours', (text) => {
    expect(parseCheckpoints(text)).toEqual({ kind: 'foreign' });
  });
});

describe('the file', () => {
  test('after power is cut at any moment holds one of the states written, and not an older one than was confirmed', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      let disk = new SimDisk({ seed });
      const checkpoints = new Checkpoints(disk, '/state');
      await checkpoints.load();
      let confirmed = 0;
      let begun = 0;
      const writing = (async () => {
        for (let acked = 1; acked < 20; acked++) {
          begun = acked;
          await checkpoints.save(state(acked));
          confirmed = acked;
        }
      })();
      await Promise.race([writing, turns(seed * 3)]);
      const [least, most] = [confirmed, begun];
      disk = disk.cut();
      const loaded = await new Checkpoints(disk, '/state').load();
      expect(loaded.damagedLines).toBe(0);
      const acked = loaded.files[0]?.acked ?? 0;
      expect(acked).toBeGreaterThanOrEqual(least);
      expect(acked).toBeLessThanOrEqual(most);
    }
  });

  test.each(['write', 'sync', 'rename', 'syncDirectory', 'open'] as const)(
    'a failing %s leaves the old one',
    async (call) => {
      const disk = new SimDisk({ seed: 1 });
      const checkpoints = new Checkpoints(disk, '/state');
      await checkpoints.load();
      await checkpoints.save(state(1));
      disk.failAt(1, 'EIO', call);
      await expect(checkpoints.save(state(2))).rejects.toMatchObject({ code: 'EIO' });
      const kept = await new Checkpoints(disk, '/state').peek();
      expect([1, 2]).toContain(kept.files[0]?.acked);
      await checkpoints.save(state(2));
      expect((await new Checkpoints(disk, '/state').peek()).files[0]?.acked).toBe(2);
    },
  );

  test('fits once more on a full disk, from the room kept for it', async () => {
    const disk = new SimDisk({ seed: 1 });
    const checkpoints = new Checkpoints(disk, '/state');
    await checkpoints.load();
    await checkpoints.save(state(1));
    disk.capacityBytes = 0;
    disk.capacityBytes = 65_536 + disk.bytesOf(PATH).length;
    await checkpoints.save(state(2));
    expect((await new Checkpoints(disk, '/state').peek()).files[0]?.acked).toBe(2);
  });

  test('of another program is not touched', async () => {
    const disk = new SimDisk({ seed: 1 });
    await disk.makeDirectory('/state');
    const file = await disk.open(PATH, 'create');
    await file.write(TEXT.encode('SQLite format 3\0'), 0);
    await expect(new Checkpoints(disk, '/state').load()).rejects.toMatchObject({
      code: 'SLUICE_AGENT_CHECKPOINTS_FOREIGN',
    });
    expect(new TextDecoder().decode(disk.bytesOf(PATH))).toBe('SQLite format 3\0');
  });
});

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
