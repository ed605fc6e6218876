/** Our own keys of a flow, in its object "sluice"; Kinesis Agent reads past them. Pure. */

import { emptyObject } from '../model/json-with-comments.ts';
import {
  AGENT_FLOW_IN_FLIGHT_MAX,
  AGENT_KPL_BYTES_MAX,
  AGENT_MULTI_LINE_LINES_MAX,
  AGENT_UNACKED_BYTES_MAX,
  PUT_RECORDS_MAX,
  RECORD_BYTES_MAX,
} from '../model/limits.ts';
import type { FileConfig, FlowConfig, PartitionKeyConfig, RecordConfig } from './config.ts';
import { readPattern, readPatterns } from './config-pattern.ts';
import type { Section } from './config-section.ts';

export interface FlowExtras {
  readonly exclude: readonly string[];
  readonly region: string | undefined;
  /** With its scheme. */
  readonly endpoint: string | undefined;
  readonly wire: FlowConfig['target']['wire'];
  readonly inFlightMax: number;
  readonly unackedBytesMax: number;
  readonly partitionKey: PartitionKeyConfig | undefined;
  readonly kplAggregation: FlowConfig['kplAggregation'];
  readonly ordered: boolean;
  readonly initialFiles: FlowConfig['initialFiles'];
  readonly deadLetterFile: string | undefined;
  readonly recordBytesMax: number | undefined;
  readonly multiLineFlushMs: number;
  readonly multiLineLinesMax: number;
  readonly files: Omit<FileConfig, 'pollMs' | 'scanMs'>;
  readonly records: Pick<
    RecordConfig,
    'encoding' | 'onOversize' | 'onUnmatched' | 'skipEmptyLines' | 'addFields' | 'include' | 'drop'
  >;
}

/** Reads the flow's object "sluice", or the defaults where it has none. */
export function readFlowExtras(flow: Section): FlowExtras {
  const own = flow.section('sluice') ?? flow.inner(emptyObject, flow.keyPath('sluice'));
  const extras: FlowExtras = {
    exclude: own.texts('exclude') ?? [],
    region: own.name('region'),
    endpoint: endpointUrl(own.name('endpoint')),
    wire: own.choice('wire', ['cbor', 'json'], undefined),
    inFlightMax: own.integer('maxInFlight', AGENT_FLOW_IN_FLIGHT_MAX, { min: 1 }),
    unackedBytesMax: own.integer('maxUnackedBytes', AGENT_UNACKED_BYTES_MAX, { min: 1 }),
    partitionKey: readPartitionKey(own),
    kplAggregation: readKpl(own),
    ordered: own.boolean('ordered', false),
    initialFiles: own.choice('initialFiles', ['all', 'newest'], 'all'),
    deadLetterFile: own.name('deadLetterFile'),
    recordBytesMax: own.integer('maxRecordSizeBytes', undefined, { min: 1, max: RECORD_BYTES_MAX }),
    multiLineFlushMs: own.integer('multiLineFlushMillis', 1_000, { min: 0 }),
    multiLineLinesMax: own.integer('multiLineMaxLines', AGENT_MULTI_LINE_LINES_MAX, { min: 1 }),
    files: readFiles(own),
    records: {
      encoding: own.choice('encoding', ['raw', 'utf8', 'latin1', 'utf16le'], 'raw'),
      onOversize: own.choice('onOversize', ['truncate', 'split', 'drop'], 'truncate'),
      onUnmatched: own.choice('onUnmatched', ['drop', 'raw', 'deadletter'], 'drop'),
      skipEmptyLines: own.boolean('skipEmptyLines', false),
      addFields: readAddFields(own),
      include: readPatterns(own, 'include'),
      drop: readPatterns(own, 'drop'),
    },
  };
  own.finish();
  return extras;
}

/** An endpoint as a URL: https unless it says otherwise; '' is none. */
export function endpointUrl(written: string | undefined): string | undefined {
  if (written === undefined || written === '') return undefined;
  return /^https?:\/\//i.test(written) ? written : `https://${written}`;
}

function readFiles(own: Section): FlowExtras['files'] {
  return {
    rotateWaitMs: own.integer('rotateWaitMillis', 30_000, { min: 0 }),
    closeInactiveMs: own.integer('closeInactiveMillis', 300_000, { min: 0 }),
    ignoreOlderMs: own.integer('ignoreOlderMillis', 0, { min: 0 }),
    partialLineTimeoutMs: own.integer('partialLineTimeoutMillis', 0, { min: 0 }),
    copyDetect: own.boolean('copyDetect', true),
    rescueRotated: own.boolean('rescueRotated', true),
    readCompressed: own.boolean('readCompressed', false),
    deleteAfterAck: own.boolean('deleteAfterAck', false),
  };
}

function readKpl(own: Section): FlowConfig['kplAggregation'] {
  const kpl = own.section('kplAggregation');
  if (kpl === undefined) return undefined;
  const isEnabled = kpl.boolean('enabled', true);
  const bytesMax = kpl.integer('maxBytes', AGENT_KPL_BYTES_MAX, { min: 1, max: RECORD_BYTES_MAX });
  const recordsMax = kpl.integer('maxRecords', PUT_RECORDS_MAX, { min: 1 });
  kpl.finish();
  return isEnabled ? { bytesMax, recordsMax } : undefined;
}

const KEY_KINDS = ['fixed', 'field', 'regex', 'file', 'host'] as const;

function readPartitionKey(own: Section): PartitionKeyConfig | undefined {
  const rule = own.section('partitionKey');
  if (rule === undefined) return undefined;
  const kinds = KEY_KINDS.filter((kind) => rule.has(kind));
  const [kind] = kinds;
  rule.allow(KEY_KINDS);
  rule.finish();
  if (kind === undefined || kinds.length > 1) {
    own.error('partitionKey', `wants one of ${KEY_KINDS.join(', ')}`);
    return undefined;
  }
  if (kind === 'file' || kind === 'host') return rule.boolean(kind, true) ? { kind } : undefined;
  if (kind === 'regex') {
    const pattern = readPattern(rule, 'regex', { mode: 'find' });
    return pattern === undefined ? undefined : { kind, pattern };
  }
  const text = rule.name(kind);
  if (text === undefined || (kind === 'fixed' && text.length > 256)) {
    rule.error(kind, 'wants a text of 1 to 256 characters');
    return undefined;
  }
  return kind === 'fixed' ? { kind, key: text } : { kind, field: text };
}

/** The texts, which may hold ${file}, ${host} and ${offset}. */
function readAddFields(own: Section): Readonly<Record<string, string>> {
  const fields = own.section('addFields');
  const entries = (fields?.keys() ?? []).map((name) => [name, fields!.text(name) ?? ''] as const);
  for (const [name, text] of entries) {
    const wrong = [...text.matchAll(/\$\{([^}]*)\}/g)].find((found) => !/^(file|host|offset)$/.test(found[1]!));
    if (wrong !== undefined) fields!.error(name, `${wrong[0]} is none of \${file}, \${host}, \${offset}`);
  }
  return Object.fromEntries(entries);
}
