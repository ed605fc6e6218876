/** Writing a segment again without some of its runs or blocks: a new file with new checksums in the old one's place. */
import type { Disk, DiskFile } from '../../runtime/disk.ts';
import type { Block } from './block-reader.ts';
import {
  BLOCK_HEADER_BYTES,
  BLOCK_KIND,
  blockSeed,
  finishBlock,
  RUN_FLAG,
  RUN_HEADER_BYTES,
  type RunHeader,
  readRunHeader,
  runEnd,
  type SegmentName,
  viewOf,
  writeRunHeader,
} from './frame.ts';
import { createUnfinished, unfinishedPath, writeAll } from './layout.ts';
import type { Segment } from './segment.ts';
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts';

/** Blocks are gathered up to this before they are written. */
const WRITE_BYTES = 1_048_576;

export interface RewriteOptions {
  readonly disk: Disk;
  readonly lane: string;
  readonly uuid: string;
  /** A segment object of the same id and the next generation. */
  readonly target: Segment;
  /** The blocks to copy, in order. */
  readonly blocks: AsyncIterable<Block>;
  /** Of each block only these runs are copied. */
  readonly keeps: (run: RunHeader) => boolean;
  /** Sees each block as it will lie in the new file. */
  readonly onBlock: (block: Block) => void;
}

/** Returns once the new file is on disk under the name of the old one. */
export async function rewriteSegment(options: RewriteOptions): Promise<void> {
  const { disk, target } = options;
  const file = await createUnfinished(disk, target.path);
  try {
    target.readable = await copyBlocks(options, file);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(unfinishedPath(target.path), target.path);
  await disk.syncDirectory(options.lane);
}

async function copyBlocks({ target, uuid, blocks, keeps, onBlock }: RewriteOptions, file: DiskFile): Promise<number> {
  let gathered: Uint8Array[] = [
    encodeSegmentHeader({ ...target.name, uuid, createdMs: target.createdMs, keyId: target.keyId }),
  ];
  let position = SEGMENT_HEADER_BYTES;
  let written = 0;
  const flush = async () => {
    const bytes = Buffer.concat(gathered);
    gathered = [];
    await writeAll(file, bytes, written);
    written += bytes.length;
  };
  for await (const block of blocks) {
    const copy = copyBlock(block, keeps, { name: target.name, position });
    if (copy === undefined) continue;
    onBlock(copy);
    gathered.push(copy.bytes);
    position += copy.bytes.length;
    if (position - written >= WRITE_BYTES) await flush();
  }
  await flush();
  return position;
}

/** The block with the kept runs only, encrypted ones as they are, made for its new place; undefined when none of its runs is kept. */
function copyBlock(
  block: Block,
  keeps: (run: RunHeader) => boolean,
  { name, position }: { readonly name: SegmentName; readonly position: number },
): Block | undefined {
  const view = viewOf(block.bytes);
  const kept: { run: RunHeader; end: number }[] = [];
  for (let i = 0; i < block.header.runs; i++) {
    const run = readRunHeader(view, i);
    if (keeps(run)) kept.push({ run, end: runEnd(view, i) });
  }
  if (kept.length === 0 && block.header.kind === BLOCK_KIND.DATA) return undefined;
  let at = BLOCK_HEADER_BYTES + kept.length * RUN_HEADER_BYTES;
  const bytes = new Uint8Array(kept.reduce((sum, { run, end }) => sum + end - run.start, at));
  const target = viewOf(bytes);
  for (const [i, { run, end }] of kept.entries()) {
    writeRunHeader(target, i, { ...run, start: at });
    bytes.set(block.bytes.subarray(run.start, end), at);
    at += end - run.start;
  }
  const durable = { segment: name.id, position };
  const encrypted = kept.some(({ run }) => run.flags & RUN_FLAG.ENCRYPTED);
  const cipher = encrypted ? block.header.cipher : undefined;
  const header = { ...block.header, runs: kept.length, length: bytes.length, durable, cipher };
  finishBlock(bytes, header, blockSeed(name, position));
  return { position, header, bytes };
}
