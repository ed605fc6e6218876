/** Records as the lines of a channel's file, one line a record, and those that cannot be such a line. Pure. */
import { Buffer } from 'node:buffer';
import type { ChannelFormat } from './channel.ts';
import { offsetIn, type RecordBlock, recordAt } from './record-batch.ts';
import { sequenceNumber } from './sequence-number.ts';
import type { ShardIdentity } from './shard.ts';
import type { Offset } from './shard-key.ts';

/** How files of a format end. */
export const FORMAT_ENDING: Readonly<Record<ChannelFormat, string>> = {
  JSON: 'json',
  STRING: 'txt',
  BYTE_ARRAY: 'b64',
};

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Lines of one file, and beside them the lines that tell of what could not be delivered. Both may be empty. */
export class ChannelLines {
  readonly #format: ChannelFormat;
  readonly #shard: ShardIdentity;
  readonly #lines: Uint8Array[] = [];
  readonly #refused: Uint8Array[] = [];

  constructor(format: ChannelFormat, shard: ShardIdentity) {
    this.#format = format;
    this.#shard = shard;
  }

  /** Takes the records before an offset. Copies what it needs: the block may go afterwards. */
  add(block: RecordBlock, before: Offset): void {
    for (let i = 0; i < block.count && offsetIn(block.first, i) < before; i++) {
      const { data } = recordAt(block, i);
      const line = lineOf(this.#format, data);
      if (line !== undefined) this.#lines.push(line);
      else this.#refused.push(this.#refusal(block, i));
    }
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.#lines);
  }

  get refused(): Uint8Array {
    return Buffer.concat(this.#refused);
  }

  #refusal(block: RecordBlock, i: number): Uint8Array {
    const { data, partitionKey } = recordAt(block, i);
    const refusal = {
      sequenceNumber: sequenceNumber(this.#shard, offsetIn(block.first, i), block.arrivalMs),
      partitionKey,
      arrivalMs: block.arrivalMs,
      reason: 'the data is no JSON',
      data: Buffer.from(data).toString('base64'),
    };
    return Buffer.from(`${JSON.stringify(refusal)}\n`);
  }
}

/** undefined when the record cannot be such a line. */
function lineOf(format: ChannelFormat, data: Uint8Array): Uint8Array | undefined {
  switch (format) {
    case 'STRING':
      return Buffer.concat([data, Uint8Array.of(NEWLINE)]);
    case 'BYTE_ARRAY':
      return Buffer.from(`${Buffer.from(data).toString('base64')}\n`);
    case 'JSON':
      return isJson(data) ? onOneLine(data) : undefined;
  }
}

function isJson(data: Uint8Array): boolean {
  try {
    JSON.parse(strictUtf8.decode(data));
    return true;
  } catch {
    return false;
  }
}

/** A line end in JSON is white space between its parts: strings hold none as it is. Numbers and order stay as they were. */
function onOneLine(json: Uint8Array): Uint8Array {
  const line = new Uint8Array(json.length + 1);
  line.set(json);
  for (let i = 0; i < json.length; i++) if (line[i] === NEWLINE || line[i] === RETURN) line[i] = SPACE;
  line[json.length] = NEWLINE;
  return line;
}
