/**
 * Opening what an earlier run left. Ended segments are taken by header and index; the newest is read from its start.
 * A torn tail is normal and cut off; damage to what had been acknowledged is loud: the store does not open.
 */
import type { ShardKey } from '../../model/shard-key.ts';
import type { Disk } from '../../runtime/disk.ts';
import type { Logger } from '../../runtime/logger.ts';
import { StoreError } from '../store.ts';
import { openActive } from './active-segment.ts';
import type { Block } from './block-reader.ts';
import { type CipherKeys, MissingKeyError } from './cipher.ts';
import { acceptDamage, type Damage, findDamage, refuseDamage } from './damage.ts';
import { holdsEncryptedRuns } from './encrypted-runs.ts';
import { BLOCK_KIND } from './frame.ts';
import { decodeIndex } from './index-file.ts';
import { idInName, type Layout, readWhole, segmentPath } from './layout.ts';
import { identityOf } from './salvage.ts';
import { applyBlock, type Scan, scanSegment, stateOf } from './scan.ts';
import type { Segment } from './segment.ts';
import {
  DamagedHeaderError,
  decodeSegmentHeader,
  FORMAT_MINOR,
  SEGMENT_HEADER_BYTES,
  UnknownFormatError,
} from './segment-header.ts';
import type { WriterStart } from './segment-writer.ts';
import type { Segments } from './segments.ts';
import type { ShardState } from './shard-state.ts';
import { persistAgain } from './tail.ts';

/** Offsets a shard skips after it may have lost acknowledged records: none of theirs is dealt again. */
export const LOST_OFFSETS_MAX = 2 ** 32;

export interface RecoverOptions {
  readonly disk: Disk;
  readonly logger: Logger;
  readonly layout: Layout;
  readonly segments: Segments;
  /** Ids of segments of which damaged parts are kept in quarantine and left out, instead of refusing to open. */
  readonly acceptLoss: ReadonlySet<number>;
  readonly keys: CipherKeys | undefined;
  /** What will be appended is acknowledged before it is synced. */
  readonly relaxed: boolean;
}

export interface Recovered {
  readonly shards: Map<ShardKey, ShardState>;
  /** undefined in a new store. */
  readonly start: WriterStart | undefined;
  /** Ended segments that have no index file. */
  readonly unindexed: readonly Segment[];
  /** Shards go on at other offsets than the last blocks say. */
  readonly restated: boolean;
}

export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { disk, layout } = options;
  const names = await disk.list(layout.lane);
  const unfinished = names.filter((name) => name.endsWith('.tmp'));
  for (const name of unfinished) await disk.remove(`${layout.lane}/${name}`);
  const ids = names.flatMap((name) => idInName(name, 'seg') ?? []).sort((a, b) => a - b);
  const orphans = await removeOrphans(options, names, ids);
  // An earlier run may have ended between making a file and making its name durable: what we go on writing must not vanish.
  await disk.syncDirectory(layout.lane);
  const shards = new Map<ShardKey, ShardState>();
  const newest = ids.at(-1);
  if (newest === undefined) return { shards, start: undefined, unindexed: [], restated: false };
  const unindexed: Segment[] = [];
  const headless = new Set<number>();
  for (const id of ids) {
    const segment = await openHeader(options, id).catch((error: unknown) => {
      if (!(error instanceof DamagedHeaderError)) throw error;
      headless.add(id);
      return takeHeadless(options, id);
    });
    await checkKey(options, segment);
    options.segments.put(segment);
    if (id === newest) continue;
    const isTaken = !options.acceptLoss.has(id) && (await takeIndex(options, segment, shards));
    if (!isTaken) unindexed.push(await rebuild(options, segment, shards));
  }
  const rest = await takeNewest(options, newest, { shards, isMended: headless.has(newest) });
  const again = ids.filter((id) => options.segments.get(id)!.name.generation > 0).length;
  const found = { segments: ids.length, rewritten: again, unindexed: unindexed.length };
  options.logger.log('debug', 'opened the store', { ...found, unfinished: unfinished.length, orphans, ...rest.end });
  return { ...rest, shards, unindexed };
}

async function removeOrphans(
  { disk, layout }: RecoverOptions,
  names: readonly string[],
  ids: readonly number[],
): Promise<number> {
  const orphans = names.filter((name) => {
    const id = idInName(name, 'idx');
    return id !== undefined && !ids.includes(id);
  });
  for (const name of orphans) await disk.remove(`${layout.lane}/${name}`);
  return orphans.length;
}

async function openHeader({ disk, layout, segments }: RecoverOptions, id: number): Promise<Segment> {
  const path = segmentPath(layout.lane, id);
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
    const header = decodeSegmentHeader(bytes.subarray(0, await file.read(bytes, 0)), path);
    if (header.uuid !== layout.uuid) {
      throw new StoreError('failed', `${path} belongs to another store (${header.uuid}, not ${layout.uuid})`);
    }
    if (header.id !== id) throw new StoreError('failed', `${path} says it is segment ${header.id}`);
    if (header.minor > FORMAT_MINOR) throw new UnknownFormatError(path, `1.${header.minor}`);
    const segment = segments.describe(header);
    segment.readable = await file.size();
    return segment;
  } finally {
    await file.close();
  }
}

/** Where the header is damaged, the blocks tell what they belong to; to write a header again is to accept what may be lost. */
async function takeHeadless(options: RecoverOptions, id: number): Promise<Segment> {
  const { disk, layout, segments } = options;
  const file = await disk.open(segmentPath(layout.lane, id), 'read');
  try {
    const segment = segments.describe(await identityOf(file, id));
    segment.readable = await file.size();
    const scan = await scanSegment(file, segment.name, () => undefined);
    return await handleDamage(options, segment, { position: 0, scan });
  } finally {
    await file.close();
  }
}

/** A segment names a key before it holds anything that the key encrypted: without the key, its blocks are looked at. */
async function checkKey(options: RecoverOptions, segment: Segment): Promise<void> {
  const { keyId, path } = segment;
  if (keyId === 0 || options.keys?.holds(keyId)) return;
  await scanFile(options, segment, (block) => {
    if (holdsEncryptedRuns(block)) throw new MissingKeyError(path, keyId);
  });
}

/** Takes an ended segment by its index; false when that does not fit. */
async function takeIndex(
  { disk, layout, segments }: RecoverOptions,
  segment: Segment,
  shards: Map<ShardKey, ShardState>,
): Promise<boolean> {
  const path = segments.indexPathOf(segment);
  if ((await disk.stat(path)) === undefined) return false;
  const bytes = await readWhole(disk, path);
  const rows = decodeIndex(bytes, { ...segment.name, uuid: layout.uuid, bytes: segment.readable });
  if (rows === undefined) return false;
  for (const row of rows) {
    const state = stateOf(shards, row.shard as ShardKey);
    state.index.putAll(row.entries, segment.name.id);
    state.dealt = row.next;
    state.next = row.next;
  }
  segment.table.load(rows);
  segment.sealed = true;
  segment.indexBytes = bytes.length;
  return true;
}

/** Reads an ended segment whole. All of it was on disk before the next was begun, so whatever is missing is damage. */
async function rebuild(options: RecoverOptions, segment: Segment, shards: Map<ShardKey, ShardState>): Promise<Segment> {
  const scan = await scanFile(options, segment, () => undefined);
  const whole = scan.end === segment.readable && (scan.sealed || segment.name.generation > 0);
  const sound = whole ? segment : await handleDamage(options, segment, { position: scan.end, scan });
  await scanFile(options, sound, (block) => applyBlock(block, sound, shards));
  sound.table.freeze();
  sound.sealed = true;
  return sound;
}

async function takeNewest(
  options: RecoverOptions,
  id: number,
  { shards, isMended }: { readonly shards: Map<ShardKey, ShardState>; readonly isMended: boolean },
): Promise<Pick<Recovered, 'start' | 'restated'> & { readonly end: object }> {
  let segment = options.segments.get(id)!;
  const known = new Set<ShardState>();
  const visit = (block: Block) => {
    if (block.header.kind === BLOCK_KIND.SNAPSHOT) known.clear();
    for (const state of applyBlock(block, segment, shards)) known.add(state);
  };
  let scan = await scanFile(options, segment, visit);
  const lost = isMended || (await findDamage(options.disk, segment, scan));
  if (lost && !isMended) {
    segment = await handleDamage(options, segment, { position: scan.end, scan });
    // It holds what was visited and maybe more, at other places.
    for (const state of shards.values()) state.index.replaceSegment(id, []);
    scan = await scanFile(options, segment, visit);
  }
  if (scan.complete) for (const state of shards.values()) if (!known.has(state)) shards.delete(state.key);
  await persistAgain(options, segment, scan);
  segment.sealed = scan.sealed;
  const restated = lost || (!scan.clean && scan.relaxed);
  if (restated) for (const state of shards.values()) state.dealt += LOST_OFFSETS_MAX;
  const { clean, relaxed, sealed } = scan;
  const end = { clean, relaxed, sealed, restated, unsure: clean ? 0 : scan.end - scan.durable };
  return {
    start: { active: await openActive(options.disk, segment, options.relaxed), commit: scan.commit },
    restated,
    end,
  };
}

async function handleDamage(options: RecoverOptions, segment: Segment, damage: Damage): Promise<Segment> {
  if (!options.acceptLoss.has(segment.name.id)) return refuseDamage(options, segment, damage);
  const sound = await acceptDamage(options, segment, damage);
  options.segments.put(sound);
  return sound;
}

async function scanFile(
  { disk }: RecoverOptions,
  segment: Segment,
  visit: Parameters<typeof scanSegment>[2],
): Promise<Scan> {
  const file = await disk.open(segment.path, 'read');
  try {
    return await scanSegment(file, segment.name, visit);
  } finally {
    await file.close();
  }
}
