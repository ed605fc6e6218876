/**
 * The keys that may call, from the file of `serve --auth`: JSON by access key id, or AWS's shared credentials file
 * (https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html), of which the profiles with keys of their own count.
 */
import { parseZonedTime } from '../runtime/calendar.ts';
import { isReadableByOthers, readText } from '../runtime/files.ts';
import type { Logger } from '../runtime/logger.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import type { KnownKey, KnownKeys } from './signature.ts';

const MEMBERS = new Set(['secret', 'account', 'sessionToken', 'expires']);
/** As AWS's ids, but of any length. */
const KEY_ID = /^\w{1,128}$/;
const ACCOUNT = /^\d{12}$/;
const EXAMPLE =
  'Write { "AKIDEXAMPLE": { "secret": "...", "account": "123456789012" } }, or a file as ~/.aws/credentials.';

/** Reads the file; says so when others may read it too. @throws {SluiceError} SLUICE_CREDENTIALS_FILE. */
export async function loadCredentials(path: string, logger: Logger): Promise<KnownKeys> {
  let text: string | undefined;
  try {
    text = await readText(path);
  } catch (cause) {
    throw fileError(`${path} cannot be read`, cause);
  }
  if (text === undefined) throw fileError(`There is no file ${path}`);
  const keys = parseCredentials(text, path);
  if (await isReadableByOthers(path)) {
    logger.log('warn', 'Every user of this machine can read the secrets; close the file with chmod 600', {
      file: path,
    });
  }
  return keys;
}

/** The keys of a file's text; `path` is for the errors. @throws {SluiceError} SLUICE_CREDENTIALS_FILE. */
export function parseCredentials(text: string, path: string): KnownKeys {
  const keys = text.trimStart().startsWith('{') ? fromJson(text, path) : fromProfiles(text, path);
  if (keys.size === 0) throw fileError(`${path} holds no access key`);
  return keys;
}

function fromJson(text: string, path: string): KnownKeys {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    const position = /position (\d+)/.exec(String(cause))?.[1];
    const line = position === undefined ? '' : `:${lineAt(text, Number(position))}`;
    throw fileError(`${path}${line} is no JSON: ${(cause as Error).message}`, cause);
  }
  const keys = new Map<string, KnownKey>();
  for (const [id, entry] of Object.entries(parsed as object)) {
    const where = `${path}:${lineAt(text, Math.max(text.indexOf(JSON.stringify(id)), 0))}`;
    checkId(id, where);
    keys.set(id, keyOf(entry, id, where));
  }
  return keys;
}

function keyOf(entry: unknown, id: string, where: string): KnownKey {
  if (typeof entry !== 'object' || entry === null) throw fileError(`${where}: "${id}" needs { "secret": "..." }`);
  for (const [name, value] of Object.entries(entry)) {
    if (!MEMBERS.has(name))
      throw fileError(`${where}: "${name}" is no member of a key; it has ${[...MEMBERS].join(', ')}`);
    if (typeof value !== 'string' || value === '') throw fileError(`${where}: "${name}" of "${id}" is no text`);
  }
  const { secret, account, sessionToken, expires } = entry as Readonly<Record<string, string | undefined>>;
  if (secret === undefined) throw fileError(`${where}: "${id}" has no "secret"`);
  checkAccount(account, where);
  const expiresMs = expires === undefined ? undefined : parseZonedTime(expires);
  if (expires !== undefined && expiresMs === undefined) {
    throw fileError(`${where}: "${expires}" is no time; write for example 2026-11-20T12:00:00Z`);
  }
  return { secret, account, sessionToken, expiresMs };
}

interface Profile {
  readonly where: string;
  readonly values: Map<string, string>;
}

function fromProfiles(text: string, path: string): KnownKeys {
  const keys = new Map<string, KnownKey>();
  for (const { where, values } of profilesOf(text, path)) {
    const id = values.get('aws_access_key_id');
    const secret = values.get('aws_secret_access_key');
    if (id === undefined && secret === undefined) continue;
    if (id === undefined) throw fileError(`${where}: the profile has no aws_access_key_id`);
    if (secret === undefined) throw fileError(`${where}: the profile has no aws_secret_access_key`);
    checkId(id, where);
    const account = values.get('aws_account_id');
    checkAccount(account, where);
    const known = keys.get(id);
    if (known !== undefined && known.secret !== secret) throw fileError(`${where}: ${id} has another secret above`);
    keys.set(id, { secret, account, sessionToken: values.get('aws_session_token') });
  }
  return keys;
}

/** Sections of name = value. An indented line belongs to a nested setting, which is not looked at. */
function profilesOf(text: string, path: string): readonly Profile[] {
  const profiles: Profile[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*([#;].*)?$/.test(line) || /^\s/.test(line)) continue;
    const where = `${path}:${i + 1}`;
    if (/^\[[^\]]+\]\s*([#;].*)?$/.test(line)) {
      profiles.push({ where, values: new Map() });
      continue;
    }
    const equals = line.indexOf('=');
    const profile = profiles.at(-1);
    if (equals < 1) throw fileError(`${where} is neither [profile] nor name = value`);
    if (profile === undefined) throw fileError(`${where} stands before any [profile]`);
    const value = line.slice(equals + 1).trim();
    if (value !== '') profile.values.set(line.slice(0, equals).trim().toLowerCase(), value);
  }
  return profiles;
}

function checkId(id: string, where: string): void {
  if (!KEY_ID.test(id)) throw fileError(`${where}: "${id}" is no access key id: letters, digits and _ only`);
}

function checkAccount(account: string | undefined, where: string): void {
  if (account !== undefined && !ACCOUNT.test(account))
    throw fileError(`${where}: account "${account}" has not 12 digits`);
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

function fileError(message: string, cause?: unknown): SluiceError {
  return new SluiceError('SLUICE_CREDENTIALS_FILE', message, { hints: [EXAMPLE], cause });
}
