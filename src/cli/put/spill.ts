/** Records that could not be sent, kept in a file so that a later put can send them: one JSON object a line. */
import type { ProducerRecord } from '../../client/producer-batch.ts';
import { isoTime } from '../../runtime/calendar.ts';
import { appendText } from '../../runtime/files.ts';
import type { Context } from '../context.ts';

/** Text that is written in one go. */
const BLOCK_CHARS = 262_144;

/** Takes records one by one; they are on their way to the file at once, so that a long run holds none in memory. */
export class Spill {
  /** Of its own, also when several puts fail in the same second. */
  readonly path: string;
  #text = '';
  #writing: Promise<void> = Promise.resolve();
  #failure: unknown;
  /** Records taken. */
  count = 0;

  /** Nothing is written before the first record. `path`: a file of the caller's choice, which is appended to. */
  constructor(context: Context, stream: string, path?: string | undefined) {
    const stamp = isoTime(context.clock.now()).replace(/[-:]|\..*/g, '');
    const unique = context.random.uuid().slice(0, 8);
    this.path = path ?? `${context.folders.state}/spill/${encodeURIComponent(stream)}-${stamp}-${unique}.ndjson`;
  }

  add({ partitionKey, explicitHashKey, data }: ProducerRecord): void {
    this.count++;
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64');
    this.#text += `${JSON.stringify({ key: partitionKey, hash: explicitHashKey, data: text, enc: 'base64' })}\n`;
    if (this.#text.length >= BLOCK_CHARS) this.#write();
  }

  /** Waits until all is in the file. @throws Node's error with `path` when it could not be written. */
  async close(): Promise<void> {
    if (this.#text !== '') this.#write();
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #write(): void {
    const text = this.#text;
    this.#text = '';
    this.#writing = this.#writing
      .then(() => appendText(this.path, text))
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }
}
