/** What a record's data are, read once however often they are asked for. Pure. */

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/** The data of one record as text and as JSON. */
export class Payload {
  readonly data: Uint8Array;
  #text: string | undefined;
  #isText: boolean | undefined;
  #json: unknown;
  #isParsed = false;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  /** undefined when the bytes are not UTF-8. */
  get text(): string | undefined {
    if (this.#isText === undefined) {
      try {
        this.#text = strict.decode(this.data);
        this.#isText = true;
      } catch {
        this.#isText = false;
      }
    }
    return this.#isText ? this.#text : undefined;
  }

  /** With a replacement sign where the bytes are not UTF-8. */
  get lossyText(): string {
    return this.text ?? lossy.decode(this.data);
  }

  /** The parsed value; undefined when the data are no JSON. Its numbers are rounded as JavaScript's are. */
  get json(): unknown {
    if (!this.#isParsed) {
      this.#isParsed = true;
      try {
        this.#json = this.text === undefined ? undefined : JSON.parse(this.text);
      } catch {
        this.#json = undefined;
      }
    }
    return this.#json;
  }
}

/** The payload of a record on its way through filters and output. */
export function payloadOf(holder: { readonly record: { readonly data: Uint8Array }; payload?: Payload }): Payload {
  holder.payload ??= new Payload(holder.record.data);
  return holder.payload;
}

/** As base64 with padding. */
export function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
}

/** As hexadecimal digits. */
export function hex(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
}
