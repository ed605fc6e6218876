/** A data folder that no daemon has open, looked at from end to end: journal, segments, and whether they belong together. */
import { join } from 'node:path';
import type { Catalog } from '../model/catalog.ts';
import type { Disk } from '../runtime/disk.ts';
import type { Logger } from '../runtime/logger.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { loadJournal } from '../service/journal-files.ts';
import { type Soundness, verifyStore } from '../store/segmented/verify.ts';
import { StoreError } from '../store/store.ts';

/** What is to be said of one part. */
export interface PartFinding {
  /** A path, or the name of a stream. */
  readonly part: string;
  /** 'torn': what nobody was told of goes at the next start. 'damaged': something acknowledged is not whole. */
  readonly state: Soundness;
  readonly bytes: number;
  readonly records: number;
  /** In words; '' when there is nothing to say. */
  readonly detail: string;
}

/** Changes nothing. The caller holds the folder's lock. */
export async function verifyDataFolder(disk: Disk, path: string): Promise<readonly PartFinding[]> {
  const journal = await lookAtJournal(disk, join(path, 'meta'));
  const findings = [journal.finding];
  try {
    const { segments, shards } = await verifyStore(disk, path);
    for (const { path: part, ...rest } of segments) findings.push({ part, ...rest });
    if (shards !== undefined && journal.catalog !== undefined)
      findings.push(...streamsWithoutLogs(journal.catalog, shards));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    findings.push({ part: path, state: 'damaged', bytes: 0, records: 0, detail: error.message });
  }
  return findings;
}

async function lookAtJournal(
  disk: Disk,
  directory: string,
): Promise<{ readonly finding: PartFinding; readonly catalog: Catalog | undefined }> {
  const warnings: string[] = [];
  const logger: Logger = { log: (_, message) => void warnings.push(message) };
  const part = { part: directory, bytes: 0, records: 0 };
  try {
    const { catalog, log } = await loadJournal({ disk, directory, logger });
    const isTorn = log !== undefined && log.scan.end < log.bytes.length;
    const { size } = catalog.streams;
    const detail = [`${size} ${size === 1 ? 'stream' : 'streams'}`, ...warnings].join('; ');
    return { finding: { ...part, state: isTorn ? 'torn' : 'ok', detail }, catalog };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return { finding: { ...part, state: 'damaged', detail: error.message }, catalog: undefined };
  }
}

function streamsWithoutLogs({ streams }: Catalog, shards: ReadonlySet<number>): PartFinding[] {
  return [...streams.values()].flatMap((stream): PartFinding[] => {
    const missing = stream.shards.filter(({ key }) => !shards.has(key));
    if (missing.length === 0) return [];
    const detail = `no log for shard ${missing.map(({ index }) => index).join(', ')}`;
    return [{ part: stream.name, state: 'damaged', bytes: 0, records: 0, detail }];
  });
}
