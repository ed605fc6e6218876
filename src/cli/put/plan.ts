/** What is known of a put before it begins: how much there is, what stands in for options that were not given. */
import { seededRandom } from '../../runtime/random.ts';
import { usageError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { sizeText } from '../values.ts';
import { bytesIn } from './files.ts';
import type { PutCall } from './sender.ts';
import { type Generator, parseGenerator } from './template.ts';

/** How much a put is, as far as that is known. */
export interface PutTotal {
  readonly records: number | undefined;
  readonly bytes: number | undefined;
}

/** More than this to AWS at full speed is asked about. */
const ASK_BYTES = 1e9;
/** Made records without an end come at this rate. */
const ENDLESS_PER_SECOND = 10;

/** Generated records have keys of their own; without an end they come slowly. */
export function withDefaults(options: PutCall, context: Context): PutCall {
  if (options.template === undefined) {
    if (options.seed !== undefined) throw usageError('--seed is for --template');
    return options;
  }
  const { keyFrom } = generatorOf(options.template, options, context);
  const keyed = options.key === undefined && options.keyFrom === undefined ? { ...options, keyFrom } : options;
  if (options.count !== undefined || options.rate !== undefined) return keyed;
  context.note(`${ENDLESS_PER_SECOND} records a second until Ctrl-C; --rate and -n change that`);
  return { ...keyed, rate: { unit: 'records', perSecond: ENDLESS_PER_SECOND } };
}

/** Makes the records of --template. */
export function generatorOf(template: string, { seed }: PutCall, context: Context): Generator {
  const random = seed === undefined ? context.random : seededRandom(seed);
  return parseGenerator(template, { clock: context.clock, random });
}

/** What there is to send. */
export async function totalOf(options: PutCall, files: readonly string[], hasArgs: boolean): Promise<PutTotal> {
  if (options.count !== undefined) return { records: options.count, bytes: undefined };
  if (hasArgs || options.follow || files.length === 0) return { records: undefined, bytes: undefined };
  const bytes = await bytesIn(files);
  return { records: undefined, bytes: bytes === undefined ? undefined : bytes * options.repeat };
}

/** How far it is, 0 to 1; undefined when the whole is not known. */
export function shareOf({ records, bytes }: PutTotal, written: number, inputBytes: number): number | undefined {
  if (records !== undefined) return Math.min(1, written / records);
  return bytes === undefined || bytes === 0 ? undefined : Math.min(1, inputBytes / bytes);
}

export interface PutLoad {
  readonly options: PutCall;
  /** Files and arguments; none: stdin or made records. */
  readonly files: readonly string[];
  /** Data and key of one record, at most. */
  readonly recordBytesMax: number;
}

/**
 * How many bytes go out, where that can be told: of files with an end at most so many, of made records about so many.
 * undefined for what has no end in sight, such as stdin.
 */
async function loadBytes({ options, files, recordBytesMax }: PutLoad, context: Context) {
  const { count = Number.POSITIVE_INFINITY, template, follow, repeat } = options;
  if (template !== undefined) return count * Buffer.byteLength(generatorOf(template, options, context).next());
  if (follow || files.length === 0) return undefined;
  const bytes = await bytesIn(files);
  return bytes === undefined ? undefined : Math.min(bytes * repeat, count * recordBytesMax);
}

/** Asks before much goes to AWS as fast as it can. @throws {CliError} when the answer is no or nobody can be asked. */
export async function confirmLoad({ context, target, name }: OpenStream, load: PutLoad): Promise<void> {
  if (target.kind !== 'aws' || load.options.rate !== undefined) return;
  const bytes = await loadBytes(load, context);
  if (bytes === undefined || bytes <= ASK_BYTES) return;
  await context.confirm(`Send ${sizeText(bytes)} to ${name} on AWS as fast as it goes?`);
}
