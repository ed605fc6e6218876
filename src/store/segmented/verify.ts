/** Looks at every byte of a store that nobody has open, and changes nothing. */
import type { Disk } from '../../runtime/disk.ts';
import { StoreError } from '../store.ts';
import type { Block } from './block-reader.ts';
import { findDamage } from './damage.ts';
import { RUN_FLAG, readRunHeader, runRecords, viewOf } from './frame.ts';
import { decodeIndex } from './index-file.ts';
import { findLayout, idInName, type Layout, readWhole, segmentPath } from './layout.ts';
import { applyBlock, scanSegment } from './scan.ts';
import { decodeSegmentHeader, SEGMENT_HEADER_BYTES } from './segment-header.ts';
import { Segments } from './segments.ts';
import type { ShardState } from './shard-state.ts';

/** 'torn': a commit that nobody was told of is cut off at the next start. 'damaged': acknowledged bytes are not what was written. */
export type Soundness = 'ok' | 'torn' | 'damaged';

export interface SegmentFinding {
  readonly path: string;
  readonly state: Soundness;
  readonly bytes: number;
  readonly records: number;
  /** In words; '' when there is nothing to say. */
  readonly detail: string;
}

export interface StoreFindings {
  readonly segments: readonly SegmentFinding[];
  /** Keys of the logs there are; undefined when the newest segment cannot tell. */
  readonly shards: ReadonlySet<number> | undefined;
}

interface Place {
  readonly disk: Disk;
  readonly layout: Layout;
  readonly segments: Segments;
}

/** Encrypted records are checked by their checksum only. @throws {StoreError} when there is no whole store to look at. */
export async function verifyStore(disk: Disk, directory: string): Promise<StoreFindings> {
  const layout = await findLayout(disk, directory);
  if (layout === undefined) throw new StoreError('failed', `there is no store in ${directory}`);
  const place = { disk, layout, segments: new Segments(disk, layout.lane) };
  const ids = (await disk.list(layout.lane)).flatMap((name) => idInName(name, 'seg') ?? []);
  const segments: SegmentFinding[] = [];
  let shards: ReadonlySet<number> | undefined = new Set();
  for (const id of ids) {
    const looked = await lookAt(place, id, id === ids.at(-1));
    segments.push(looked.finding);
    shards = looked.shards;
  }
  return { segments, shards };
}

interface Looked {
  readonly finding: SegmentFinding;
  readonly shards: ReadonlySet<number> | undefined;
}

async function lookAt(place: Place, id: number, isNewest: boolean): Promise<Looked> {
  const { disk, layout } = place;
  const path = segmentPath(layout.lane, id);
  const file = await disk.open(path, 'read');
  const bytes = await file.size();
  let records = 0;
  const known = new Map<never, ShardState>();
  try {
    const start = new Uint8Array(SEGMENT_HEADER_BYTES);
    const header = decodeSegmentHeader(start.subarray(0, await file.read(start, 0)), path);
    const segment = place.segments.describe(header);
    segment.readable = bytes;
    if (header.uuid !== layout.uuid || header.id !== id) throw new StoreError('failed', 'it belongs elsewhere');
    const scan = await scanSegment(file, segment.name, (block) => {
      records += countRecords(block);
      applyBlock(block, segment, known);
    });
    const ends = scan.end === bytes;
    const isWhole = scan.complete || !isNewest ? ends && (isNewest || scan.sealed || header.generation > 0) : false;
    const isTorn = !isWhole && isNewest && !(await findDamage(disk, segment, scan));
    const state = isWhole ? 'ok' : isTorn ? 'torn' : 'damaged';
    const at = `whole blocks end at byte ${scan.end} of ${bytes}`;
    const detail = isWhole ? await indexDetail(place, { ...header, bytes }, isNewest) : at;
    const shards = scan.complete ? new Set<number>(known.keys()) : undefined;
    return { finding: { path, state, bytes, records, detail }, shards };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { finding: { path, state: 'damaged', bytes, records, detail: error.message }, shards: undefined };
  } finally {
    await file.close();
  }
}

/** Of one block, looking at each record that is not encrypted. @throws {StoreError} when records do not fit their block. */
function countRecords(block: Block): number {
  const view = viewOf(block.bytes);
  let records = 0;
  for (let i = 0; i < block.header.runs; i++) {
    const { count, flags } = readRunHeader(view, i);
    if (count > 0 && (flags & RUN_FLAG.ENCRYPTED) === 0) runRecords(block.bytes, i);
    records += count;
  }
  return records;
}

/** An index is a cache: one that does not fit costs time at the next start, nothing else. */
async function indexDetail(
  { disk, layout, segments }: Place,
  owner: { readonly id: number; readonly generation: number; readonly bytes: number; readonly createdMs: number },
  isNewest: boolean,
): Promise<string> {
  if (isNewest) return '';
  const path = segments.indexPathOf(segments.describe({ ...owner, keyId: 0 }));
  if ((await disk.stat(path)) === undefined) return 'without an index: it is made at the next start';
  const rows = decodeIndex(await readWhole(disk, path), { ...owner, uuid: layout.uuid });
  return rows === undefined ? 'its index does not fit: it is made again at the next start' : '';
}
