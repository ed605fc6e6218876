/**
 * The text of a checkpoint file: a header line, then one line a flow or file, each with its own checksum, so that
 * damage is found where it is. Pure.
 *
 *     sluice agent checkpoints 1
 *     <crc32, 8 hex digits> {"flow": ...}
 *     <crc32, 8 hex digits> {"id": ..., "flow": ..., "path": ..., ...}
 */
import { crc32 } from 'node:zlib';
import type { FileIdentity, Prints } from './identity.ts';

/** What is known of one generation of one file. */
export interface FileCheckpoint {
  readonly id: string;
  readonly flow: string;
  readonly path: string;
  readonly identity: FileIdentity;
  readonly generation: number;
  /** Everything before it is delivered. */
  readonly acked: number;
  /** Of what was read, which may be more than was acknowledged. */
  readonly prints: Prints;
  /** Bytes the file had when it was seen last. */
  readonly bytes: number;
  /** Wall time when the file was seen last. */
  readonly seenMs: number;
}

export interface CheckpointState {
  /** Flows that have run: whatever file of theirs is new is read from its beginning. */
  readonly flows: readonly string[];
  readonly files: readonly FileCheckpoint[];
}

const HEADER = 'sluice agent checkpoints 1';

export function checkpointText(state: CheckpointState): string {
  const lines = [...state.flows.map((flow) => line({ flow })), ...state.files.map((file) => line(fileValue(file)))];
  return `${HEADER}\n${lines.join('')}`;
}

export type ReadCheckpoints =
  | { readonly kind: 'read'; readonly state: CheckpointState; readonly damagedLines: number }
  /** Not a checkpoint file of ours, or of a later version. */
  | { readonly kind: 'foreign' };

/** Reads what is whole; a damaged line is counted and left out. */
export function parseCheckpoints(text: string): ReadCheckpoints {
  const [header, ...lines] = text.split('\n');
  if (header !== HEADER) return { kind: 'foreign' };
  const flows: string[] = [];
  const files: FileCheckpoint[] = [];
  let damagedLines = lines.at(-1) === '' ? 0 : 1;
  for (const one of lines.slice(0, -1)) {
    const value = lineValue(one);
    const file = value === undefined ? undefined : fileOf(value);
    if (file !== undefined) files.push(file);
    else if (typeof value?.['flow'] === 'string') flows.push(value['flow']);
    else damagedLines++;
  }
  return { kind: 'read', state: { flows, files }, damagedLines };
}

function line(value: object): string {
  const json = JSON.stringify(value);
  return `${checksum(json)} ${json}\n`;
}

function lineValue(text: string): Record<string, unknown> | undefined {
  const json = text.slice(9);
  if (text[8] !== ' ' || text.slice(0, 8) !== checksum(json)) return undefined;
  return JSON.parse(json) as Record<string, unknown>;
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0');
}

interface FileValue {
  readonly id: string;
  readonly flow: string;
  readonly path: string;
  readonly file: readonly [string, string, string];
  readonly generation: number;
  readonly acked: number;
  readonly head: readonly [number, string];
  /** Only the last anchor, and what tells a short copy of a file from another file. */
  readonly anchors: readonly (readonly [number, string])[];
  readonly bytes: number;
  readonly seen: number;
}

/** Anchors that are written: the newest ones. */
const ANCHORS_KEPT = 4;

function fileValue(file: FileCheckpoint): FileValue {
  const { identity, prints } = file;
  return {
    id: file.id,
    flow: file.flow,
    path: file.path,
    file: [identity.device, identity.inode, identity.birth],
    generation: file.generation,
    acked: file.acked,
    head: [prints.head.bytes, prints.head.digest],
    anchors: prints.anchors.slice(-ANCHORS_KEPT).map((one) => [one.at, Buffer.from(one.bytes).toString('base64')]),
    bytes: file.bytes,
    seen: file.seenMs,
  };
}

/** A line with a good checksum is taken at its word. */
function fileOf(value: Record<string, unknown>): FileCheckpoint | undefined {
  if (!Array.isArray(value['file'])) return undefined;
  const read = value as unknown as FileValue;
  const [device, inode, birth] = read.file;
  return {
    id: read.id,
    flow: read.flow,
    path: read.path,
    identity: { device, inode, birth },
    generation: read.generation,
    acked: read.acked,
    prints: {
      head: { bytes: read.head[0], digest: read.head[1] },
      anchors: read.anchors.map(([at, bytes]) => ({ at, bytes: new Uint8Array(Buffer.from(bytes, 'base64')) })),
    },
    bytes: read.bytes,
    seenMs: read.seen,
  };
}
