/** Encryption at rest: no plain record on the disk, the layout that docs/format.md draws, keys that change, go or are wrong. */
import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { type AppendSlice, encodeBatch } from '../../../src/model/record-batch.ts';
import type { ShardKey } from '../../../src/model/shard-key.ts';
import { seededRandom } from '../../../src/runtime/random.ts';
import { MissingKeyError } from '../../../src/store/segmented/cipher.ts';
import { blockSeed } from '../../../src/store/segmented/frame.ts';
import { StoreError } from '../../../src/store/store.ts';
import { A, B, FIRST_SEGMENT, OnSimDisk } from './on-sim-disk.ts';

const KEY = new Uint8Array(32).map((_, i) => i);
const NEXT_KEY = new Uint8Array(32).fill(9);
const SEGMENT_HEADER_BYTES = 4_096;
const BLOCK_HEADER_BYTES = 64;

let world: OnSimDisk;
beforeEach(() => {
  world = new OnSimDisk();
});

function secretSlice(shard: ShardKey, ...texts: readonly string[]): AppendSlice {
  const batch = encodeBatch(
    texts.map((text) => ({ partitionKey: `key of ${text}`, data: Buffer.from(text), encrypted: true })),
  );
  return { shard, batch, picks: Uint32Array.from(texts, (_, i) => i) };
}

async function putSecret(shard: ShardKey, ...texts: readonly string[]): Promise<void> {
  const [outcome] = await world.store.append([secretSlice(shard, ...texts)]);
  expect(outcome).not.toHaveProperty('error');
}

async function bytesOf(path: string): Promise<Buffer> {
  const file = await world.disk.open(path, 'read');
  const bytes = Buffer.alloc(await file.size());
  await file.read(bytes, 0);
  await file.close();
  return bytes;
}

async function everyByte(directory = '/data'): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const name of await world.disk.list(directory)) {
    const path = `${directory}/${name}`;
    parts.push((await world.disk.stat(path))!.isDirectory ? await everyByte(path) : await bytesOf(path));
  }
  return Buffer.concat(parts);
}

async function aMinute(): Promise<void> {
  for (let i = 0; i < 6; i++) {
    await world.clock.advance(10_000);
    await world.clock.settle(2_000);
  }
}

interface BlockAt {
  readonly position: number;
  readonly length: number;
  readonly runs: number;
}

function blocksIn(segment: Buffer): BlockAt[] {
  const found: BlockAt[] = [];
  for (let position = SEGMENT_HEADER_BYTES; position < segment.length; ) {
    const length = segment.readUInt32LE(position + 8);
    found.push({ position, length, runs: segment.readUInt32LE(position + 44) });
    position += length;
  }
  return found;
}

test('a search of the data folder finds no plaintext of encrypted records, and plain ones as they are', async () => {
  await world.open({ keys: [KEY], hotTailBytesMax: 0 });
  await world.store.create([A, B]);
  await world.store.append([secretSlice(A, 'attack at dawn'), secretSlice(B, 'hold the line')]);
  await world.append(B, 'nothing to hide');
  expect(await world.read(A)).toEqual(['attack at dawn']);
  expect(await world.read(B)).toEqual(['hold the line', 'nothing to hide']);
  await world.store.close();
  const bytes = await everyByte();
  expect(bytes.includes('dawn')).toBe(false);
  expect(bytes.includes('key of')).toBe(true);
  expect(bytes.includes('key of attack')).toBe(false);
  expect(bytes.includes('nothing to hide')).toBe(true);
});

test('what is in the hot tail is plain and needs no disk', async () => {
  await world.open({ keys: [KEY] });
  await world.store.create([A]);
  await putSecret(A, 'warm');
  await world.disk.remove(FIRST_SEGMENT);
  expect(await world.read(A)).toEqual(['warm']);
});

test('the bytes decrypt as docs/format.md says', async () => {
  await world.open({ keys: [KEY] });
  await world.store.create([A, B]);
  await world.store.append([secretSlice(A, 'one'), secretSlice(B, 'two')]);
  await world.store.close();
  const segment = await bytesOf(FIRST_SEGMENT);
  const keyId = createHash('sha256').update('sluice key id').update(KEY).digest().readUInt32LE(0);
  expect([segment.readUInt16LE(8), segment.readUInt16LE(10)]).toEqual([1, 1]);
  expect([segment.readUInt32LE(56), segment.readUInt32LE(60)]).toEqual([1, keyId]);
  const { position, length } = blocksIn(segment).find((block) => segment.readUInt32LE(block.position + 48) !== 0)!;
  const block = segment.subarray(position, position + length);
  expect(block.readUInt32LE(4)).toBe(crc32(block.subarray(8), blockSeed({ id: 1, generation: 0 }, position)));
  expect(block.readUInt32LE(48)).toBe(keyId);
  const blockKey = createHmac('sha256', KEY).update('sluice block').update(block.subarray(52, 64)).digest();
  for (const [i, text] of ['one', 'two'].entries()) {
    const header = Buffer.from(block.subarray(BLOCK_HEADER_BYTES + i * 32, BLOCK_HEADER_BYTES + (i + 1) * 32));
    expect([header.readUInt32LE(0), header.readUInt32LE(4), header.readUInt32LE(8)]).toEqual([i + 1, 2, 1]);
    const start = header.readUInt32LE(12);
    const end = i === 0 ? block.readUInt32LE(BLOCK_HEADER_BYTES + 32 + 12) : length;
    header.writeUInt32LE(0, 12);
    const nonce = Buffer.alloc(12);
    nonce.writeUInt32BE(i + 1, 8);
    const decipher = createDecipheriv('aes-256-gcm', blockKey, nonce, { authTagLength: 16 });
    decipher.setAAD(header);
    decipher.setAuthTag(block.subarray(end - 16, end));
    const plain = Buffer.concat([decipher.update(block.subarray(start, end - 16)), decipher.final()]);
    expect(plain).toEqual(Buffer.from(encodeBatch([recordOf(text)]).arena));
  }
});

const recordOf = (text: string) => ({ partitionKey: `key of ${text}`, data: Buffer.from(text), encrypted: true });

test('no two blocks have the same nonce, also after a restart', async () => {
  const nonces = new Set<string>();
  let blocks = 0;
  await world.open({ keys: [KEY] });
  await world.store.create([A]);
  for (let life = 0; life < 3; life++) {
    for (let i = 0; i < 10; i++) await putSecret(A, 'same text');
    await world.store.close();
    await world.open({ keys: [KEY], random: seededRandom(100 + life) });
  }
  const segment = await bytesOf(FIRST_SEGMENT);
  for (const { position } of blocksIn(segment)) {
    if (segment.readUInt32LE(position + 48) === 0) continue;
    blocks++;
    nonces.add(segment.toString('hex', position + 52, position + 64));
  }
  expect([blocks, nonces.size]).toEqual([30, 30]);
});

test.each([
  ['no key', undefined],
  ['another key', [NEXT_KEY]],
])('%s is one clear error, and nothing is changed', async (_, keys) => {
  await world.open({ keys: [KEY] });
  await world.store.create([A]);
  await putSecret(A, 'kept');
  await world.store.close();
  const before = await everyByte();
  const opening = world.open({ keys });
  await expect(opening).rejects.toBeInstanceOf(MissingKeyError);
  await expect(opening).rejects.toThrow(/0000000000000001\.seg was encrypted with key [0-9a-f]{8}, which is not among/);
  expect(await everyByte()).toEqual(before);
  await world.open({ keys: [KEY], hotTailBytesMax: 0 });
  expect(await world.read(A)).toEqual(['kept']);
});

test('a store that never held an encrypted record opens without the key', async () => {
  await world.open({ keys: [KEY] });
  await world.store.create([A]);
  await world.append(A, 'plain');
  await world.store.close();
  await world.open();
  expect(await world.read(A)).toEqual(['plain']);
});

test('an old store takes a key, then a second; the first is needed as long as its records are there', async () => {
  const cold = { hotTailBytesMax: 0 };
  await world.open(cold);
  await world.store.create([A, B]);
  await putSecret(A, 'before there was a key');
  await world.store.close();
  await world.open({ keys: [KEY], ...cold });
  await putSecret(A, 'first');
  await world.store.close();
  await world.open({ keys: [NEXT_KEY, KEY], ...cold });
  await putSecret(A, 'second');
  await putSecret(B, 'stays');
  expect(await world.read(A)).toEqual(['before there was a key', 'first', 'second']);
  await world.store.close();
  await expect(world.open({ keys: [NEXT_KEY] })).rejects.toBeInstanceOf(MissingKeyError);
  await world.open({ keys: [NEXT_KEY, KEY], ...cold });
  await world.store.drop([A]);
  await aMinute();
  await world.store.close();
  await world.open({ keys: [NEXT_KEY], ...cold });
  expect(await world.read(B)).toEqual(['stays']);
});

test('a segment is written again in the background without being decrypted', async () => {
  await world.open({ keys: [KEY], segmentBytesMax: 100_000, hotTailBytesMax: 0 });
  await world.store.create([A, B]);
  const kept = Array.from({ length: 30 }, (_, i) => `kept ${i}`);
  for (const text of kept) {
    await world.store.append([secretSlice(A, 'x'.repeat(10_000)), secretSlice(B, text)]);
  }
  const before = world.store.usage().bytes;
  await world.store.drop([A]);
  await aMinute();
  expect(world.store.usage().bytes).toBeLessThan(before / 4);
  expect(await world.read(B)).toEqual(kept);
  await world.store.close();
  expect((await everyByte()).includes('kept ')).toBe(false);
  await world.open({ keys: [KEY], hotTailBytesMax: 0 });
  expect(await world.read(B)).toEqual(kept);
});

test('records that somebody changed or moved do not decrypt, though their checksum fits', async () => {
  await world.open({ keys: [KEY] });
  await world.store.create([A]);
  await putSecret(A, 'pay 10');
  await world.store.close();
  const segment = await bytesOf(FIRST_SEGMENT);
  const { position, length } = blocksIn(segment).find((block) => segment.readUInt32LE(block.position + 48) !== 0)!;
  const block = segment.subarray(position, position + length);
  block[BLOCK_HEADER_BYTES + 32 + 3]! ^= 1;
  block.writeUInt32LE(crc32(block.subarray(8), blockSeed({ id: 1, generation: 0 }, position)), 4);
  const file = await world.disk.open(FIRST_SEGMENT, 'update');
  await file.write(segment, 0);
  await file.close();
  await world.open({ keys: [KEY], hotTailBytesMax: 0 });
  const reading = world.read(A);
  await expect(reading).rejects.toBeInstanceOf(StoreError);
  await expect(reading).rejects.toThrow(/log 1 from offset 0 on do not decrypt/);
});
