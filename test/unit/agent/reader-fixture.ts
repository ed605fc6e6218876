/** A record reader from a few lines of agent.json, and its records as texts. */

import { formatProblems } from '../../../src/agent/config-problems.ts';
import { readConfig } from '../../../src/agent/read-config.ts';
import {
  type AgentRecord,
  createRecordReader,
  type ReaderWorld,
  type RecordReader,
} from '../../../src/agent/record-reader.ts';
import { seededRandom } from '../../../src/runtime/random.ts';

export const world: ReaderWorld = {
  clock: { now: () => Date.UTC(2026, 10, 20, 17, 0, 0, 123) },
  random: seededRandom(1),
  host: 'web1',
  path: '/t/app.log',
};

export interface ReaderOptions {
  readonly compat?: 'fixed' | 'strict';
  readonly firehose?: boolean;
  readonly world?: Partial<ReaderWorld>;
}

/** A reader for a flow that has these members besides files and stream. */
export function readerFor(members: object = {}, { compat, firehose, world: more }: ReaderOptions = {}): RecordReader {
  const flow = { filePattern: '/t/app.log*', [firehose ? 'deliveryStream' : 'kinesisStream']: 's', ...members };
  const text = JSON.stringify({ sluice: { compat: compat ?? 'fixed' }, flows: [flow] });
  const { config, problems } = readConfig({ name: 'agent.json', text }, [], { env: {}, directory: '/', cores: 1 });
  if (config === undefined) throw new Error(formatProblems(problems).join('\n'));
  return createRecordReader(config.flows[0]!, { ...world, ...more });
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = ({ data }: AgentRecord): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(data);

/** All records of a file with this content. */
export function recordsOf(reader: RecordReader, content: string | Uint8Array): readonly AgentRecord[] {
  const bytes = typeof content === 'string' ? bytesOf(content) : content;
  return [...reader.push(bytes, 0), ...reader.finish()];
}

/** What a chain of options makes of a file. */
export function converted(
  option: object | readonly object[],
  content: string | Uint8Array,
  more?: ReaderOptions,
): readonly string[] {
  return recordsOf(readerFor({ dataProcessingOptions: [option].flat() }, more), content).map(textOf);
}
