/**
 * The keys that encrypt records on the disk, from the file of `serve --encryption-key-file`: one key a line, 64 hex
 * digits or base64 of 32 bytes. The first encrypts, all decrypt. Empty lines and what follows a # are passed over.
 */
import { isPrivate, readText } from '../runtime/files.ts';
import type { Logger } from '../runtime/logger.ts';
import { SluiceError } from '../runtime/sluice-error.ts';

const KEY_BYTES = 32;
const HEX = /^[0-9a-fA-F]{64}$/;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** Reads the file; says so when others may read it too. @throws {SluiceError} SLUICE_KEY_FILE. */
export async function loadEncryptionKeys(path: string, logger: Logger): Promise<readonly Uint8Array[]> {
  let text: string | undefined;
  try {
    text = await readText(path);
  } catch (cause) {
    throw fileError(`${path} cannot be read`, cause);
  }
  if (text === undefined) throw fileError(`There is no file ${path}`);
  const keys = parseEncryptionKeys(text, path);
  if (!(await isPrivate(path))) {
    logger.log('warn', 'Other users can read or change the keys; close the file with chmod 600', { file: path });
  }
  return keys;
}

/** The keys of a file's text, in order; `path` is for the errors, which never quote a key. @throws {SluiceError} SLUICE_KEY_FILE. */
export function parseEncryptionKeys(text: string, path: string): readonly Uint8Array[] {
  const lineOf = new Map<string, number>();
  const keys: Uint8Array[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const given = line.replace(/#.*/, '').trim();
    if (given === '') continue;
    const key = decoded(given);
    if (key === undefined) throw fileError(`${path}:${i + 1} is no key`);
    const hex = Buffer.from(key).toString('hex');
    const first = lineOf.get(hex);
    if (first !== undefined) throw fileError(`${path}:${i + 1} is the key of line ${first} again`);
    lineOf.set(hex, i + 1);
    keys.push(key);
  }
  if (keys.length === 0) throw fileError(`${path} holds no key`);
  return keys;
}

function decoded(text: string): Uint8Array | undefined {
  if (HEX.test(text)) return new Uint8Array(Buffer.from(text, 'hex'));
  const bytes = BASE64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : undefined;
  return bytes?.length === KEY_BYTES ? bytes : undefined;
}

function fileError(message: string, cause?: unknown): SluiceError {
  return new SluiceError('SLUICE_KEY_FILE', message, {
    hints: ['Write one key a line: `openssl rand -hex 32` makes one. The first encrypts, all decrypt.'],
    cause,
  });
}
