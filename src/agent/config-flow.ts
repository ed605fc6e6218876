/** One flow of the agent's file, with the keys and ranges of Kinesis Agent; our own keys are in config-extras.ts. Pure. */
import { resolve } from 'node:path';
import {
  AGENT_AGGREGATE_BYTES_MAX,
  AGENT_BUFFER_AGE_MS,
  AGENT_BUFFER_AGE_MS_MAX,
  AGENT_BUFFER_AGE_MS_MIN,
  AGENT_FIREHOSE_BUFFER_BYTES_MAX,
  AGENT_FIREHOSE_RECORD_BYTES_MAX,
  AGENT_KINESIS_BUFFER_BYTES_MAX,
  AGENT_KPL_BATCH_RECORDS_MAX,
  PUT_RECORDS_MAX,
  RECORD_BYTES_DEFAULT,
} from '../model/limits.ts';
import type { BatchConfig, Compat, FlowConfig, MultiLineConfig, RecordConfig, TargetConfig } from './config.ts';
import { type FlowExtras, readFlowExtras } from './config-extras.ts';
import { NO_EFFECT_FLOW } from './config-names.ts';
import { readPattern } from './config-pattern.ts';
import { readProcessing } from './config-processing.ts';
import type { Section } from './config-section.ts';
import { filePattern } from './discover.ts';
import { GlobError } from './glob.ts';

/** What the top of the file says for all flows. */
export interface FlowDefaults {
  readonly compat: Compat;
  readonly kinesis: ServicePlace;
  readonly firehose: ServicePlace;
  /** Where relative file patterns begin. */
  readonly directory: string;
}

export interface ServicePlace {
  readonly endpoint: string | undefined;
  readonly region: string | undefined;
}

/** Reads a flow; the result is of use only if no error was told. */
export function readFlow(flow: Section, defaults: FlowDefaults): FlowConfig {
  const extras = readFlowExtras(flow);
  const target = readTarget(flow, defaults, extras);
  const files = readFilePattern(flow, defaults.directory, extras.exclude);
  const isKinesis = target.service === 'kinesis';
  const batch = readBatch(flow, isKinesis, extras);
  const config: FlowConfig = {
    id: `${isKinesis ? 'kinesis' : 'fh'}:${target.name}:${files}`,
    filePattern: files,
    exclude: extras.exclude,
    target,
    initialPosition:
      flow.choice('initialPosition', ['START_OF_FILE', 'END_OF_FILE'], 'END_OF_FILE') === 'START_OF_FILE'
        ? 'start'
        : 'end',
    initialFiles: extras.initialFiles,
    batch,
    retry: {
      initialBackoffMs: flow.integer('retryInitialBackoffMillis', 100, { min: 0 }),
      backoffMsMax: flow.integer('retryMaxBackoffMillis', 10_000, { min: 0 }),
    },
    files: {
      ...extras.files,
      // Kinesis Agent takes any number here: 0 and less are no rest at all.
      pollMs: Math.max(1, flow.integer('minTimeBetweenFilePollsMillis', 100)),
      scanMs: Math.max(1, flow.integer('maxTimeBetweenFileTrackerRefreshMillis', 10_000)),
    },
    records: readRecords(flow, { isKinesis, compat: defaults.compat, extras, ageMsMax: batch.ageMsMax }),
    ordered: extras.ordered,
    kplAggregation: extras.kplAggregation,
    deadLetterFile: extras.deadLetterFile && resolve(defaults.directory, extras.deadLetterFile),
    counters: flow.boolean('log.emitInternalMetrics', false),
  };
  for (const key of NO_EFFECT_FLOW) {
    flow.integer(key, 60_000, { min: AGENT_BUFFER_AGE_MS_MIN, max: AGENT_BUFFER_AGE_MS_MAX });
    if (flow.has(key)) flow.tell('INFO', key, 'accepted, no effect in sluice');
  }
  if (!isKinesis && extras.kplAggregation !== undefined)
    flow.error('sluice', 'kplAggregation is for Kinesis streams only');
  flow.finish();
  return config;
}

/** deliveryStream wins over kinesisStream, as in Kinesis Agent. */
function readTarget(flow: Section, defaults: FlowDefaults, extras: FlowExtras): TargetConfig {
  const delivery = flow.name('deliveryStream');
  const stream = flow.name('kinesisStream');
  const service = delivery === undefined ? 'kinesis' : 'firehose';
  const written = delivery ?? stream;
  if (written === undefined) flow.error('', 'neither kinesisStream nor deliveryStream is given');
  if (delivery !== undefined && stream !== undefined) {
    flow.tell('WARN', 'kinesisStream', 'ignored: deliveryStream is given too and wins');
  }
  const arn = written?.startsWith('arn:') ? written : undefined;
  const [, , , arnRegion, , resource] = arn?.split(':') ?? [];
  const name = arn === undefined ? (written ?? '') : (resource?.split('/')[1] ?? '');
  if (arn !== undefined && name === '')
    flow.error(delivery === undefined ? 'kinesisStream' : 'deliveryStream', `${arn} names no stream`);
  const place = defaults[service];
  return {
    service,
    name,
    arn,
    endpoint: extras.endpoint ?? place.endpoint,
    region: extras.region ?? (arnRegion || place.region),
    wire: extras.wire,
  };
}

function readFilePattern(flow: Section, directory: string, exclude: readonly string[]): string {
  const written = flow.name('filePattern');
  if (written === undefined) {
    flow.error('filePattern', 'is missing');
    return '';
  }
  const pattern = written.startsWith('/') ? written : `${directory}/${written.replace(/^\.\//, '')}`;
  if (pattern.endsWith('/')) flow.error('filePattern', `${JSON.stringify(written)} names a directory, no files in it`);
  try {
    filePattern(pattern, exclude);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    flow.error('filePattern', `${JSON.stringify(written)} cannot be used: ${error.message}`);
  }
  return pattern;
}

function readBatch(flow: Section, isKinesis: boolean, extras: FlowExtras): BatchConfig {
  const limit = isKinesis ? AGENT_KINESIS_BUFFER_BYTES_MAX : AGENT_FIREHOSE_BUFFER_BYTES_MAX;
  const bytesMax = flow.integer('maxBufferSizeBytes', limit, { min: 1, max: limit });
  const recordsMax = flow.integer('maxBufferSizeRecords', PUT_RECORDS_MAX, { min: 1, max: PUT_RECORDS_MAX });
  const queued = flow.integer('publishQueueCapacity', 100, { min: 1 });
  return {
    ageMsMax: flow.integer('maxBufferAgeMillis', AGENT_BUFFER_AGE_MS, {
      min: AGENT_BUFFER_AGE_MS_MIN,
      max: AGENT_BUFFER_AGE_MS_MAX,
    }),
    ageIsExplicit: flow.has('maxBufferAgeMillis'),
    bytesMax,
    recordsMax: Math.min(recordsMax * (extras.kplAggregation?.recordsMax ?? 1), AGENT_KPL_BATCH_RECORDS_MAX),
    inFlightMax: extras.inFlightMax,
    unackedBytesMax: Math.min(queued * bytesMax, extras.unackedBytesMax),
  };
}

interface RecordOptions {
  readonly isKinesis: boolean;
  readonly compat: Compat;
  readonly extras: FlowExtras;
  readonly ageMsMax: number;
}

function readRecords(flow: Section, { isKinesis, compat, extras, ageMsMax }: RecordOptions): RecordConfig {
  const largest = isKinesis ? extras.recordBytesMax : undefined;
  const recordBytesMax = largest ?? (isKinesis ? RECORD_BYTES_DEFAULT : AGENT_FIREHOSE_RECORD_BYTES_MAX);
  const multiLine = readMultiLine(flow, compat, extras);
  const aggregatedBytes = readAggregation(flow, isKinesis, multiLine !== undefined);
  const keyWord = flow.choice('partitionKeyOption', ['RANDOM', 'DETERMINISTIC'], 'RANDOM');
  const kind = keyWord === 'RANDOM' ? 'random' : 'deterministic';
  if (compat === 'strict' && kind === 'deterministic' && isKinesis) {
    flow.tell(
      'INFO',
      'partitionKeyOption',
      'keys are the MD5 of each record; Kinesis Agent hashes its whole buffer instead',
    );
  }
  return {
    ...extras.records,
    compat,
    skipHeaderLines: Math.max(0, flow.integer('skipHeaderLines', 0)),
    footer: readPattern(flow, 'fileFooterPattern', { mode: 'matches', multiLine: true }),
    multiLine,
    converters: readProcessing(flow),
    recordBytesMax,
    truncatedTerminator: readTerminator(flow, recordBytesMax),
    aggregatedBytes,
    aggregateLingerMs: compat === 'strict' ? 0 : ageMsMax,
    partitionKey: isKinesis ? (extras.partitionKey ?? { kind }) : undefined,
  };
}

function readMultiLine(flow: Section, compat: Compat, extras: FlowExtras): MultiLineConfig | undefined {
  const start = readPattern(flow, 'multiLineStartPattern', { mode: 'lookingAt' });
  if (start === undefined) return undefined;
  return { start, flushMs: compat === 'strict' ? 0 : extras.multiLineFlushMs, linesMax: extras.multiLineLinesMax };
}

function readAggregation(flow: Section, isKinesis: boolean, isMultiLine: boolean): number {
  const bytes = flow.integer('aggregatedRecordSizeBytes', 0, { min: 0, max: AGENT_AGGREGATE_BYTES_MAX });
  if (bytes === 0) return 0;
  if (isKinesis) flow.tell('WARN', 'aggregatedRecordSizeBytes', 'ignored: it is for Firehose only');
  else if (isMultiLine) flow.tell('WARN', 'aggregatedRecordSizeBytes', 'ignored: multiLineStartPattern is given');
  return isKinesis || isMultiLine ? 0 : bytes;
}

function readTerminator(flow: Section, recordBytesMax: number): Uint8Array {
  const text = flow.text('truncatedRecordTerminator') ?? '\n';
  const bytes = new TextEncoder().encode(text);
  if (bytes.length >= recordBytesMax) {
    flow.error('truncatedRecordTerminator', `${bytes.length} bytes do not fit into a record of ${recordBytesMax}`);
  }
  return bytes;
}
