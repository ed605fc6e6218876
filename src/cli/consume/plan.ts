/** What a consume is to do, from its options: checked, and the same for as long as it runs. */
import type { HashRangeText } from '../../client/records-page.ts';
import { userRecords } from '../../client/user-records.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { pickFields } from '../list-output.ts';
import { plainPaint } from '../paint.ts';
import { type Decode, parseDecoding } from '../record/decode.ts';
import { FIELDS, jsonLine } from '../record/fields.ts';
import type { RecordWriter } from '../record/output.ts';
import { delimiterOf } from '../record/reading.ts';
import type { ConsumeOptions } from '../table/consume.ts';
import type { DeadLetters } from './dead-letters.ts';
import { groupName } from './group-file.ts';
import type { EventSource } from './lambda-event.ts';

export type Options = Call<ConsumeOptions>['options'];

export interface ConsumePlan {
  readonly options: Options;
  readonly group: string;
  /** The command with its words. */
  readonly words: readonly string[];
  /** How records reach it: as lines without end, a process a batch, a Lambda event a line, or KCL's messages. */
  readonly form: 'lines' | 'batches' | 'lambda' | 'multilang';
  readonly ack: 'exit' | 'line' | 'auto';
  readonly decode: Decode | undefined;
  /** The form of one record. */
  readonly write: RecordWriter;
  /** Where records go that fail to the last. */
  readonly deadLetters: DeadLetters | undefined;
  readonly source: EventSource;
}

/** The parts of a plan that need no server. */
export type ConsumeForm = Omit<ConsumePlan, 'deadLetters' | 'source'>;

/** @throws {CliError} for options that do not go together. */
export async function consumeForm({ options, child }: Call<ConsumeOptions>, context: Context): Promise<ConsumeForm> {
  if (child === undefined || child.length === 0) {
    throw usageError(
      'no command stands behind --',
      'For example:  sluice consume orders --group etl -- python3 etl.py',
      'To look at records:  sluice tail orders',
    );
  }
  if (context.global.dryRun) throw usageError('consume has no dry run', 'sluice tail shows the records.');
  const group = groupName(options.group);
  const { protocol, execOnce } = options;
  const ack = options.ack ?? (execOnce ? 'exit' : 'line');
  const isBatches = execOnce || ack === 'exit';
  if (protocol === 'multilang') checkMultilang(options, isBatches);
  const living = protocol === 'multilang' || protocol === 'lambda' ? protocol : 'lines';
  if (protocol === 'raw' && ack === 'line' && options.per === 'worker') {
    throw usageError('--protocol raw does not tell a process for all shards what it answers', 'Leave --per away.');
  }
  if (protocol === 'lambda' && options.ack !== undefined && options.ack !== 'exit') {
    throw usageError(`--protocol lambda has answers of its own: --ack ${ack} does not fit`);
  }
  const write = await recordText(options, context);
  return { options, group, words: child, form: isBatches ? 'batches' : living, ack, decode: decodeOf(options), write };
}

function checkMultilang(options: Options, isBatches: boolean): void {
  const other = [
    isBatches && '--exec-once and --ack exit',
    options.ack !== undefined && !isBatches && '--ack',
    options.per === 'worker' && '--per worker',
    options.dlq !== undefined && '--dlq',
    options.bisect && '--bisect',
    options.format !== undefined && '--format',
  ].find((one) => one !== false);
  if (other !== undefined) {
    throw usageError(`--protocol multilang has a process a shard and checkpoints of its own: ${other} does not fit`);
  }
}

async function recordText(options: Options, context: Context): Promise<RecordWriter> {
  const { output, fields } = context.global;
  const { protocol, format, data } = options;
  if (format !== undefined) {
    if (output !== undefined || protocol !== 'ndjson') throw usageError('--format takes the place of every other form');
    const { parseTemplate } = await import('../template/template.ts');
    return parseTemplate(format, { isTerminal: false, paint: plainPaint, now: () => context.clock.now() });
  }
  if (output !== undefined && output !== 'ndjson' && output !== 'raw') {
    throw usageError(`the command gets ndjson or raw: -o ${output} does not fit`);
  }
  if (protocol === 'raw' || output === 'raw') {
    const end = new TextEncoder().encode(delimiterOf(options.delim));
    return ({ record }) => Buffer.concat([record.data, end]);
  }
  const names = pickFields(FIELDS, fields, (name) => name);
  return (sighting) => `${jsonLine(sighting, names, { data })}\n`;
}

/** KCL takes aggregates apart and leaves the rest alone; Lambda leaves all alone. */
function decodeOf({ decode, protocol }: Options): Decode | undefined {
  if (decode === undefined && protocol === 'multilang') {
    return (record, range: HashRangeText | undefined) => userRecords(record, range) ?? record;
  }
  return parseDecoding(decode ?? (protocol === 'lambda' ? 'none' : 'auto'));
}
