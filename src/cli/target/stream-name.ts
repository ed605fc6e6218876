/** What people write for a stream: `name`, `context/name` or an ARN, also behind a context. Pure. */
import { type StreamRef, streamRef } from '../../client/stream-ref.ts';
import { usageError } from '../cli-error.ts';

export interface StreamName {
  /** The context in front of the name. */
  readonly prefix: string | undefined;
  /** Its name on the server. */
  readonly name: string;
  readonly ref: StreamRef;
  /** The region an ARN names. */
  readonly region: string | undefined;
}

/** @throws {CliError} a usage error for what names no stream. */
export function parseStreamName(text: string): StreamName {
  const slash = text.startsWith('arn:') ? -1 : text.indexOf('/');
  const prefix = slash < 0 ? undefined : text.slice(0, slash);
  const rest = text.slice(slash + 1);
  const arn = /^arn:[^:]+:kinesis:([^:]+):[^:]*:stream\/([^/:]+)$/.exec(rest);
  const isName = arn !== null || (rest !== '' && !/[/:]/.test(rest));
  if (prefix === '' || !isName) {
    throw usageError(`"${text}" names no stream`, 'Write name, context/name or arn:aws:kinesis:…:stream/name.');
  }
  return { prefix, name: arn?.[2] ?? rest, ref: streamRef(rest), region: arn?.[1] || undefined };
}
