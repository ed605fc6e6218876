/** Credentials that a program prints: `credential_process`. */
import { commandOutput } from '../runtime/command-output.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import { credentialsInJson } from './credential-json.ts';
import type { Credentials } from './credentials.ts';

const COMMAND_MS_MAX = 30_000;

/** @throws {SluiceError} when it fails or prints none. */
export async function commandCredentials(
  command: string,
  { env }: { readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Credentials> {
  const output = await commandOutput(command, { env, timeoutMs: COMMAND_MS_MAX }).catch((cause: unknown) => {
    throw new SluiceError('SLUICE_CREDENTIALS', 'the command for credentials failed', { cause, hints: saidBy(cause) });
  });
  const found = credentialsInJson(output, 'SessionToken');
  if (found !== undefined) return { ...found, origin: 'a command' };
  throw new SluiceError('SLUICE_CREDENTIALS', 'the command for credentials printed none', {
    hints: ['It must print JSON with Version, AccessKeyId and SecretAccessKey.'],
  });
}

/** The last line a failed command wrote on stderr; Node's error holds it in its message, behind the command. */
function saidBy(cause: unknown): readonly string[] {
  const line = cause instanceof Error ? cause.message.trim().split('\n').slice(1).at(-1) : undefined;
  return line === undefined ? [] : [line];
}
