/** Records as `tail -o ndjson` prints them and a put saves them, read back: data to the byte, key and hash key. Pure. */
import type { ProducerRecord } from '../../client/producer-batch.ts';
import { memberText } from '../record/json-member.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type Enveloped = Omit<ProducerRecord, 'partitionKey'> & { readonly partitionKey: string | undefined };

/** The record of a line, or undefined when the line is none. A record without a key has none. */
export function openEnvelope(line: Uint8Array): Enveloped | undefined {
  try {
    const text = decoder.decode(line);
    const { key, hash, data, enc } = JSON.parse(text) as Record<string, unknown>;
    const bytes = bytesOf(text, data, enc);
    if (bytes === undefined) return undefined;
    const partitionKey = typeof key === 'string' && key !== '' ? key : undefined;
    return { partitionKey, explicitHashKey: typeof hash === 'string' ? hash : undefined, data: bytes };
  } catch {
    return undefined;
  }
}

function bytesOf(text: string, data: unknown, enc: unknown): Uint8Array | undefined {
  // A JSON value goes as it stands there: its numbers may be longer than ours.
  if (enc === 'json') {
    const raw = memberText(text, 'data');
    return raw === undefined ? undefined : Buffer.from(raw);
  }
  if (typeof data !== 'string') return undefined;
  if (enc === 'base64') return exactBase64(data);
  return enc === 'utf8' || enc === undefined ? Buffer.from(data) : undefined;
}

/** The bytes, or undefined when the text is no base64, with or without its padding. */
export function exactBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === text.replace(/={0,2}$/, '') ? bytes : undefined;
}
