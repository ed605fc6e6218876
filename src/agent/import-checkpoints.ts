/**
 * Takes over from Kinesis Agent: its checkpoint database says, flow by flow, how far which file was delivered. The file
 * it followed goes on there; older files of the flow are taken as delivered, as Kinesis Agent does; newer ones are read
 * from their beginning. The database is only read.
 */
import type { Clock } from '../runtime/clock.ts';
import type { Disk } from '../runtime/disk.ts';
import type { LogFileFacts, LogFiles } from '../runtime/log-files.ts';
import type { Random } from '../runtime/random.ts';
import { SluiceError, systemCode } from '../runtime/sluice-error.ts';
import type { CheckpointState, FileCheckpoint } from './checkpoint-lines.ts';
import type { AgentConfig, FlowConfig } from './config.ts';
import { type Discovered, filePattern, walk } from './discover.ts';
import { PrintTaker } from './prints.ts';
import { SqliteError, type SqliteValue, sqliteRows } from './sqlite-table.ts';

const TABLE = 'FILE_CHECKPOINTS';

/** A row of the database. */
interface ForeignRow {
  readonly flow: string;
  readonly path: string;
  readonly inode: string;
  readonly offset: number;
  /** `2026-11-20 17:00:00.123`: sorts as text. */
  readonly updated: string;
}

export interface ImportWorld {
  readonly disk: Disk;
  readonly files: LogFiles;
  readonly clock: Clock;
  readonly random: Random;
}

/** What an import found, for the checkpoint file and for people. */
export interface Imported {
  readonly state: CheckpointState;
  /** One line a file. */
  readonly lines: readonly string[];
}

/** Reads the database and looks at the files of the flows. @throws {SluiceError} when it is no such database. */
export async function readForeignCheckpoints(config: AgentConfig, path: string, world: ImportWorld): Promise<Imported> {
  const rows = foreignRows(await wholeFile(world.disk, path), path);
  const found = await Promise.all(config.flows.map((flow) => flowFiles(flow, rows, world)));
  const files = found.flat();
  const flows = config.flows.map((flow) => flow.id).filter((id) => rows.some((row) => row.flow === id));
  return {
    state: { flows, files },
    lines: files.map((file) => `${file.path}: goes on at ${file.acked} of ${file.bytes} bytes  (${file.flow})`),
  };
}

async function wholeFile(disk: Disk, path: string): Promise<Uint8Array> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(await file.size());
    return bytes.subarray(0, await file.read(bytes, 0));
  } finally {
    await file.close();
  }
}

function foreignRows(bytes: Uint8Array, path: string): readonly ForeignRow[] {
  try {
    const rows = sqliteRows(bytes, TABLE);
    if (rows === undefined) throw new SqliteError(`it has no table ${TABLE}`);
    return rows.map(foreignRow);
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
    throw new SluiceError(
      'SLUICE_AGENT_IMPORT',
      `${path} is no checkpoint database of Kinesis Agent: ${error.message}`,
      {
        cause: error,
      },
    );
  }
}

/** Columns: flow, path, fileId, lastModifiedTime, size, offset, lastUpdated. */
function foreignRow(values: readonly SqliteValue[]): ForeignRow {
  const [flow, path, fileId, , , offset, updated] = values;
  const inode = /ino=(\d+)/.exec(String(fileId))?.[1] ?? '';
  return { flow: String(flow), path: String(path), inode, offset: Number(offset), updated: String(updated) };
}

async function flowFiles(flow: FlowConfig, rows: readonly ForeignRow[], world: ImportWorld): Promise<FileCheckpoint[]> {
  const own = rows.filter((row) => row.flow === flow.id).sort((a, b) => (a.updated < b.updated ? 1 : -1));
  if (own.length === 0) return [];
  const { files } = await walk(world.files, filePattern(flow.filePattern, flow.exclude));
  const rowOf = ({ facts }: Discovered) => own.find((row) => row.inode === facts.inode && row.offset <= facts.bytes);
  const current = files.find((file) => rowOf(file) === own[0]);
  const entries: FileCheckpoint[] = [];
  for (const file of files) {
    const row = rowOf(file);
    const isOlder = current !== undefined && file.facts.modifiedMs < current.facts.modifiedMs;
    const acked = row?.offset ?? (isOlder ? file.facts.bytes : undefined);
    if (acked !== undefined) entries.push(await checkpointOf(flow, file, { acked, world }));
  }
  return entries;
}

interface At {
  readonly acked: number;
  readonly world: ImportWorld;
}

async function checkpointOf(
  flow: FlowConfig,
  { path, facts }: Discovered,
  { acked, world }: At,
): Promise<FileCheckpoint> {
  const taker = new PrintTaker();
  try {
    const file = await world.files.open(path);
    try {
      await taker.load(file, acked);
    } finally {
      await file.close();
    }
  } catch (error) {
    // A file that may not be read now keeps its place all the same.
    if (systemCode(error) === '') throw error;
  }
  return {
    id: world.random.uuid(),
    flow: flow.id,
    path,
    identity: identityOf(facts),
    generation: 0,
    acked,
    prints: taker.prints,
    bytes: facts.bytes,
    seenMs: world.clock.now(),
  };
}

function identityOf({ device, inode, birth }: LogFileFacts): FileCheckpoint['identity'] {
  return { device, inode, birth };
}
