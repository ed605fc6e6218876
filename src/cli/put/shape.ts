/** What becomes of a record between its source and the stream: decoded, keyed, numbered, packed; or refused. */
import { gzipSync } from 'node:zlib';
import type { ProducerRecord } from '../../client/producer-batch.ts';
import { usageError } from '../cli-error.ts';
import { withMember } from '../record/json-member.ts';
import type { SourceRecord } from '../record/source.ts';
import { exactBase64, openEnvelope } from './envelope.ts';
import { parseKeyFrom } from './key-from.ts';

export interface ShapeOptions {
  readonly encoding: 'utf8' | 'base64' | 'hex';
  readonly envelope: 'none' | 'ndjson';
  readonly keyFrom: string | undefined;
  readonly key: string | undefined;
  readonly compress: 'gzip' | undefined;
  /** The name of a member, and with `name:1000` its first number. */
  readonly seqField: string | undefined;
  readonly explicitHashKey: string | undefined;
}

/** A record ready to be put, or why it cannot be. Without a key it gets one by chance; `keyless` when it should have had one. */
export type Shaped =
  | (Omit<ProducerRecord, 'partitionKey'> & { readonly partitionKey: string | undefined; readonly keyless: boolean })
  | { readonly refused: string };

/** The change that options ask for; undefined when records go as they are, with the key of the options. */
export function recordShape(options: ShapeOptions): ((record: SourceRecord) => Shaped) | undefined {
  const { encoding, envelope, keyFrom, compress, seqField } = options;
  const isPlain = [keyFrom, compress, seqField].every((option) => option === undefined);
  if (isPlain && encoding === 'utf8' && envelope === 'none') return undefined;
  const key = keyed(options);
  const finish = finished(options);
  const decode = DECODERS[encoding];
  const prefixed = keyFrom?.startsWith('line-prefix:') ?? false;
  return (record) => {
    const item = record.bytes.subarray(record.start, record.end);
    if (envelope === 'ndjson') {
      const opened = openEnvelope(item);
      return opened === undefined
        ? { refused: 'no record as tail -o ndjson prints it' }
        : finish({ ...opened, keyless: false });
    }
    // A prefix stands before the encoded data.
    const head = prefixed ? key(item, record.source) : undefined;
    const data = decode(head?.data ?? item);
    if (data === undefined) return { refused: `no ${encoding}` };
    const { partitionKey, keyless } = head ?? key(data, record.source);
    return finish({ partitionKey, keyless, data, explicitHashKey: options.explicitHashKey });
  };
}

const DECODERS: Readonly<Record<ShapeOptions['encoding'], (item: Uint8Array) => Uint8Array | undefined>> = {
  utf8: (item) => item,
  base64: (item) => exactBase64(Buffer.from(item).toString('latin1').trim()),
  hex: (item) => exactHex(Buffer.from(item).toString('latin1').trim()),
};

function exactHex(text: string): Uint8Array | undefined {
  return /^([0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
}

type Keyed = { readonly partitionKey: string | undefined; readonly keyless: boolean; readonly data: Uint8Array };

function keyed({ key, keyFrom }: ShapeOptions): (data: Uint8Array, source: string) => Keyed {
  if (keyFrom === undefined) return (data) => ({ partitionKey: key, keyless: false, data });
  if (keyFrom === 'file') return (data, source) => ({ partitionKey: source.slice(0, 256), keyless: false, data });
  const find = parseKeyFrom(keyFrom);
  return (data) => {
    const found = find(data);
    return { partitionKey: found?.key, keyless: found === undefined, data: found?.data ?? data };
  };
}

/** Numbers the data, then packs them. */
function finished({ seqField, compress }: ShapeOptions): (shaped: Exclude<Shaped, { refused: string }>) => Shaped {
  const number = seqField === undefined ? undefined : numbered(seqField);
  return (shaped) => {
    const data = number === undefined ? shaped.data : number(shaped.data);
    if (data === undefined) return { refused: 'no JSON object that could take --seq-field' };
    return { ...shaped, data: compress === 'gzip' ? gzipSync(data) : data };
  };
}

function numbered(field: string): (data: Uint8Array) => Uint8Array | undefined {
  const match = /^([^:]+)(?::(\d{1,15}))?$/.exec(field);
  if (match === null) throw usageError(`"${field}" is no field`, 'Write a name, or name:1000 for the first number.');
  const name = match[1]!;
  let next = Number(match[2] ?? 1);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return (data) => {
    const text = withMember(decoder.decode(data), name, String(next));
    if (text === undefined) return undefined;
    next++;
    return Buffer.from(text);
  };
}
