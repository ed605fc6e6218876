/** Any failure as a person is told it: what happened, why or what to do, the code, the exit code. */
import type { Client } from '../../client/client.ts';
import { ClientError, UnreachableError } from '../../client/client-error.ts';
import { SluiceError, systemCode } from '../../runtime/sluice-error.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { shellLine } from '../shell-line.ts';
import { mostSimilar } from '../similar.ts';
import { parseStreamName } from '../target/stream-name.ts';
import type { Target } from '../target/target.ts';
import { ACCESS_CODES, explainRefusal } from './access.ts';
import { explainUnreachable } from './unreachable.ts';

const EXITS: Readonly<Record<string, ExitCode>> = {
  ResourceNotFoundException: EXIT.notFound,
  ResourceInUseException: EXIT.conflict,
  LimitExceededException: EXIT.limit,
  ProvisionedThroughputExceededException: EXIT.limit,
  ThrottlingException: EXIT.limit,
  SerializationException: EXIT.usage,
  ValidationException: EXIT.usage,
  InvalidArgumentException: EXIT.usage,
  SLUICE_IN_USE: EXIT.conflict,
  SLUICE_PORT_IN_USE: EXIT.conflict,
  SLUICE_NO_SUCH_SHARD: EXIT.notFound,
  SLUICE_NO_CREDENTIALS: EXIT.auth,
  SLUICE_CREDENTIALS: EXIT.auth,
  SLUICE_CREDENTIALS_EXPIRED: EXIT.auth,
  SLUICE_CA_BUNDLE: EXIT.notFound,
  SLUICE_PROXY: EXIT.usage,
};

/** What the failed command was about. */
export interface Attempted {
  /** The words typed. */
  readonly words: readonly string[];
  /** The stream it names, if it names one. */
  readonly stream?: string | undefined;
  readonly context: Context;
}

/** The failure for a person, or undefined for a fault of sluice itself. */
export async function explain(error: unknown, attempted: Attempted): Promise<CliError | undefined> {
  if (error instanceof CliError) return error;
  if (error instanceof UnreachableError) {
    return explainUnreachable(error, await targetAt(error.endpoint, attempted.context), attempted.context.env);
  }
  if (error instanceof SluiceError) {
    const { code, message, hints } = error;
    return new CliError(message, { exit: EXITS[code] ?? EXIT.failed, code, lines: hints });
  }
  if (!(error instanceof ClientError)) return fileError(error);
  const { code, message, stream } = {
    code: error.code,
    message: error.message || error.code,
    stream: attempted.stream,
  };
  if (code === 'ResourceNotFoundException' && stream !== undefined) {
    const missing = await missingStream(stream, attempted);
    if (missing !== undefined) return missing;
  }
  if (ACCESS_CODES.has(code)) {
    return explainRefusal(error, (await opened(attempted)).target, attempted.context.clock.now());
  }
  const exit = EXITS[code] ?? EXIT.failed;
  const lines = error.requestId === undefined || exit !== EXIT.failed ? [] : [`Request: ${error.requestId}`];
  return new CliError(message, { exit, code, lines });
}

/** The target that has an endpoint, of those that were asked for. */
async function targetAt(endpoint: string, { targets }: Context): Promise<Target | undefined> {
  return (await targets.known()).find((target) => target.endpoint === endpoint);
}

/** Where the command's stream is, or where commands without one go. */
async function opened({ context, stream }: Attempted): Promise<{ readonly target: Target; readonly client: Client }> {
  if (stream !== undefined) return context.open(stream);
  return { target: await context.target(), client: await context.client() };
}

/** Undefined when the stream is there after all: then something in it is missing, and the server said what. */
async function missingStream(stream: string, attempted: Attempted): Promise<CliError | undefined> {
  const { name, prefix } = parseStreamName(stream);
  const { listStreams } = await import('../../operations/kinesis/list-streams.ts');
  const { client, target } = await opened(attempted);
  const names: readonly string[] = await client.call(listStreams, {}, { attemptsMax: 1 }).then(
    (answer) => answer.StreamNames,
    () => [],
  );
  if (names.includes(name)) return undefined;
  const { context, kind, endpoint, region } = target;
  const place = kind === 'aws' ? region : endpoint;
  const where = context === 'endpoint' ? endpoint : `context ${context} (${place})`;
  const shown = names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
  const similar = mostSimilar(name, names);
  const full = prefix === undefined ? similar : `${prefix}/${similar}`;
  const again = attempted.words.map((word) => (word === stream ? full! : word));
  return new CliError(`stream "${name}" does not exist in ${where}`, {
    exit: EXIT.notFound,
    code: 'ResourceNotFoundException',
    lines: [
      names.length === 0 ? 'There are no streams there.' : `Streams there: ${shown}`,
      ...(kind === 'aws' ? [`Is it in another region?  --region <name>`] : []),
      ...(similar === undefined ? creationHint(stream, attempted.words) : [`Did you mean:  ${shellLine(again)}`]),
    ],
  });
}

/** Who wants a stream gone is not told how to make it. */
function creationHint(stream: string, words: readonly string[]): readonly string[] {
  if (words.includes('delete') || words.includes('deleted')) return [];
  return [`Create it:  sluice stream create ${stream.startsWith('arn:') ? parseStreamName(stream).name : stream}`];
}

const FILE_REASONS: Readonly<Record<string, readonly [string, ExitCode]>> = {
  ENOENT: ['does not exist', EXIT.notFound],
  EACCES: ['may not be read or written by you', EXIT.failed],
  EPERM: ['may not be changed by you', EXIT.failed],
  EISDIR: ['is a directory', EXIT.usage],
  ENOTDIR: ['is no directory', EXIT.usage],
  ENAMETOOLONG: ['is too long a name', EXIT.usage],
  ENOSPC: ['cannot be written: the disk is full', EXIT.failed],
  EDQUOT: ['cannot be written: your quota of the disk is used up', EXIT.failed],
  EFBIG: ['cannot be written: no file may be that large here', EXIT.failed],
  EROFS: ['cannot be written: its file system is read-only', EXIT.failed],
  EMFILE: ['cannot be opened: too many files are open (ulimit -n)', EXIT.failed],
};

/** Node's own errors about files and folders. What is wrong with the disk is no fault of sluice, whatever the file is. */
function fileError(error: unknown): CliError | undefined {
  const code = systemCode(error);
  const path = error instanceof Error && 'path' in error ? String(error.path) : undefined;
  const known = FILE_REASONS[code];
  if (code === '' || (path === undefined && known === undefined)) return undefined;
  const [reason, exit] = known ?? [`failed (${code})`, EXIT.failed];
  return new CliError(`${path ?? 'a file'} ${reason}`, { exit, code });
}
