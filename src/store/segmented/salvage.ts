/**
 * A segment without a sound header: what it was is found out from its blocks, since a block's checksum is right for
 * one generation of one segment only.
 */
import type { DiskFile } from '../../runtime/disk.ts';
import { type Block, BlockReader } from './block-reader.ts';
import { searchBlocks } from './scan.ts';
import { SEGMENT_HEADER_BYTES, type SegmentHeader } from './segment-header.ts';

/** Each rewrite leaves less than half of a segment, so no segment of 64 MiB sees as many. */
const GENERATIONS_MAX = 64;

export type Identity = Pick<SegmentHeader, 'id' | 'generation' | 'createdMs' | 'keyId'>;

/** What the header of segment `id` must have said, as far as its blocks tell. Without a whole block nothing of it can be read. */
export async function identityOf(file: DiskFile, id: number): Promise<Identity> {
  const blocks = (await blocksAtStart(file, id)) ?? (await blocksAnywhere(file, id));
  if (blocks === undefined) return { id, generation: 0, createdMs: 0, keyId: 0 };
  const { generation, found } = blocks;
  const keyId = found.find(({ header }) => header.cipher !== undefined)?.header.cipher?.keyId ?? 0;
  return { id, generation, createdMs: found[0]!.header.arrivalMs, keyId };
}

interface Found {
  readonly generation: number;
  readonly found: readonly Block[];
}

async function blocksAtStart(file: DiskFile, id: number): Promise<Found | undefined> {
  const size = await file.size();
  for (let generation = 0; generation < GENERATIONS_MAX; generation++) {
    const name = { id, generation };
    if ((await new BlockReader(file, name, size).at(SEGMENT_HEADER_BYTES)) === undefined) continue;
    return { generation, found: await searchBlocks(file, name, SEGMENT_HEADER_BYTES) };
  }
  return undefined;
}

async function blocksAnywhere(file: DiskFile, id: number): Promise<Found | undefined> {
  for (let generation = 0; generation < GENERATIONS_MAX; generation++) {
    const found = await searchBlocks(file, { id, generation }, 0);
    if (found.length > 0) return { generation, found };
  }
  return undefined;
}
