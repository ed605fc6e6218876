/** Files, stream and options of a command line as agent.json has them, so that one reader checks both. Pure. */
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { AgentOptions } from '../table/agent.ts';

type Options = Call<AgentOptions>['options'];

/** A flow of a line meant for a terminal sends what it reads within a second. */
const LINE_AGE_MS = 1_000;
/** Where metrics are unless told otherwise. */
const METRICS_PORT = 9_121;

/** The text of a file with one flow for each pattern. @throws {CliError} where an option cannot have its value. */
export function lineConfig({ args, options }: Call<AgentOptions>, endpoint: string): string {
  const { partitionKeyOption, partitionKey } = keyOf(options.key ?? 'random');
  const flow = {
    kinesisStream: options.to,
    maxBufferAgeMillis: LINE_AGE_MS,
    partitionKeyOption,
    multiLineStartPattern: options.multilineStart,
    dataProcessingOptions: processingOf(options.process ?? 'none'),
    sluice: { endpoint, partitionKey, kplAggregation: { enabled: options.aggregate } },
  };
  const flows = args.map((filePattern) => ({ filePattern, ...flow }));
  return JSON.stringify({ sluice: { prometheus: metricsOf(options.metrics) }, flows });
}

/** Refuses what a configuration file says by keys of its own. */
export function refuseLineOptions(options: Options): void {
  const given = (
    [
      ['--key', options.key, 'sluice.partitionKey'],
      ['--multiline-start', options.multilineStart, 'multiLineStartPattern'],
      ['--process', options.process, 'dataProcessingOptions'],
      ['--aggregate', options.aggregate || undefined, 'sluice.kplAggregation'],
      ['--metrics', options.metrics, 'sluice.prometheus'],
    ] as const
  ).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  const [name, , key] = given;
  throw usageError(`${name} is for files named on the line: a configuration file has the key ${key}`);
}

interface FlowKey {
  readonly partitionKeyOption?: 'RANDOM' | 'DETERMINISTIC';
  /** Stands in the flow's object "sluice" and wins. */
  readonly partitionKey?: object;
}

const KEY_WORDS: ReadonlyMap<string, FlowKey> = new Map<string, FlowKey>([
  ['random', { partitionKeyOption: 'RANDOM' }],
  ['hash', { partitionKeyOption: 'DETERMINISTIC' }],
  ['hostname', { partitionKey: { host: true } }],
  ['file', { partitionKey: { file: true } }],
]);

function keyOf(text: string): FlowKey {
  const word = KEY_WORDS.get(text);
  if (word !== undefined) return word;
  const [, field, regex] = /^(?:\.([^.[\]]+)|\/(.+)\/)$/s.exec(text) ?? [];
  if (field !== undefined) return { partitionKey: { field } };
  if (regex !== undefined) return { partitionKey: { regex } };
  throw usageError(
    `"${text}" says no key that the agent could give`,
    'Write random, hash, hostname, file, .member of a JSON record (not of one inside it), or /pattern/.',
  );
}

function processingOf(text: string): readonly object[] {
  if (text === 'none') return [];
  const [, name, rest] = /^([^:]*)(?::(.*))?$/s.exec(text)!;
  if (name === 'logtojson') return [{ optionName: 'LOGTOJSON', logFormat: rest?.toUpperCase() }];
  if (name === 'csvtojson' && rest) return [{ optionName: 'CSVTOJSON', customFieldNames: rest.split(',') }];
  if (name === 'csvtojson')
    throw usageError('csvtojson wants the names of the columns', 'Such as csvtojson:time,level.');
  throw usageError(
    `"${text}" is no way to process records`,
    'Write none, csvtojson:<names, with commas> or logtojson:<format>.',
  );
}

function metricsOf(metrics: Options['metrics']): string | undefined {
  if (metrics === undefined) return undefined;
  if (metrics === true) return `127.0.0.1:${METRICS_PORT}`;
  const { host, port } = metrics;
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
