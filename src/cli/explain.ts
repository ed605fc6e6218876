/** Any failure as a person is told it: what happened, why or what to do, the code, the exit code. */
import type { Client } from '../client/client.ts';
import { ClientError, UnreachableError } from '../client/client-error.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { mostSimilar } from './similar.ts';
import type { Target } from './target.ts';

const AUTH = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);
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
};

/** What the failed command was about. */
export interface Attempted {
  /** The words typed. */
  readonly words: readonly string[];
  /** The stream it names, if it names one. */
  readonly stream?: string | undefined;
  readonly target: () => Promise<Target>;
  readonly client: () => Promise<Client>;
}

/** The failure for a person, or undefined for a fault of sluice itself. */
export async function explain(error: unknown, attempted: Attempted): Promise<CliError | undefined> {
  if (error instanceof CliError) return error;
  if (error instanceof UnreachableError) return unreachable(error, await attempted.target());
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
  const exit = AUTH.has(code) ? EXIT.auth : (EXITS[code] ?? EXIT.failed);
  if (exit === EXIT.auth && (await attempted.target()).context === 'local') {
    const hint = 'Put a key of its --auth file into SLUICE_ACCESS_KEY_ID and SLUICE_SECRET_ACCESS_KEY.';
    return new CliError(message, { exit, code, lines: [hint] });
  }
  const lines = error.requestId === undefined || exit !== EXIT.failed ? [] : [`Request: ${error.requestId}`];
  return new CliError(message, { exit, code, lines });
}

function unreachable(error: UnreachableError, target: Target): CliError {
  const { code, endpoint } = error;
  const where = `${endpoint} (${target.context === 'local' ? 'context local, ' : ''}${target.because})`;
  const start = target.context === 'local' ? ['Start a local server:  sluice serve -d'] : [];
  const message = code === 'ECONNREFUSED' ? `nothing listens on ${where}` : `no answer from ${where}`;
  return new CliError(message, { exit: EXIT.unreachable, code, lines: start });
}

/** Undefined when the stream is there after all: then something in it is missing, and the server said what. */
async function missingStream(stream: string, attempted: Attempted): Promise<CliError | undefined> {
  const name = stream.startsWith('arn:') ? stream.slice(stream.lastIndexOf('/') + 1) : stream;
  const { listStreams } = await import('../operations/kinesis/list-streams.ts');
  const client = await attempted.client();
  const names: readonly string[] = await client.call(listStreams, {}, { attemptsMax: 1 }).then(
    (answer) => answer.StreamNames,
    () => [],
  );
  if (names.includes(name)) return undefined;
  const { context, endpoint } = await attempted.target();
  const where = context === 'local' ? `context local (${endpoint})` : endpoint;
  const shown = names.slice(0, 8).join(', ') + (names.length > 8 ? ', …' : '');
  const similar = mostSimilar(name, names);
  const again = attempted.words.map((word) => (word === stream ? similar : word)).join(' ');
  return new CliError(`stream "${name}" does not exist in ${where}`, {
    exit: EXIT.notFound,
    code: 'ResourceNotFoundException',
    lines: [
      names.length === 0 ? 'There are no streams there.' : `Streams there: ${shown}`,
      ...(similar === undefined ? [`Create it:  sluice stream create ${name}`] : [`Did you mean:  sluice ${again}`]),
    ],
  });
}

/** Node's own errors about files and folders. */
function fileError(error: unknown): CliError | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return undefined;
  const code = String(error.code);
  const reasons: Readonly<Record<string, readonly [string, ExitCode]>> = {
    ENOENT: ['does not exist', EXIT.notFound],
    EACCES: ['may not be read or written by you', EXIT.failed],
    EISDIR: ['is a directory', EXIT.usage],
    ENOTDIR: ['is no directory', EXIT.usage],
  };
  const [reason, exit] = reasons[code] ?? [`failed (${code})`, EXIT.failed];
  return new CliError(`${String(error.path)} ${reason}`, { exit, code });
}
