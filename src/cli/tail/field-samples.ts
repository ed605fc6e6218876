/** A few records of each stream that is not on this machine: completion offers their fields without asking for more. */
import { cachePath, rememberFields, targetKey } from '../completion/cache.ts';
import { fieldsIn } from '../completion/seen-fields.ts';
import { payloadOf } from '../record/payload.ts';
import type { OpenStream } from '../target/open-stream.ts';
import type { TailBatch } from './source.ts';

const RECORDS_MAX = 10;

export class FieldSamples {
  readonly #streams: readonly OpenStream[];
  readonly #values = new Map<string, unknown[]>();

  constructor(streams: readonly OpenStream[]) {
    this.#streams = streams.filter(({ target }) => target.kind !== 'local');
    for (const { name } of this.#streams) this.#values.set(name, []);
  }

  /** Looks at the first records of a stream only. */
  add({ stream, records }: TailBatch): void {
    const values = this.#values.get(stream);
    if (values === undefined || values.length >= RECORDS_MAX) return;
    for (const record of records.slice(0, RECORDS_MAX - values.length)) {
      values.push(payloadOf({ record }).json);
    }
  }

  /** Writes down what fields there are. */
  remember(): void {
    for (const { name, streamName, target, context } of this.#streams) {
      const fields = fieldsIn(this.#values.get(name)!);
      if (fields.length > 0) rememberFields(cachePath(context.folders.cache, targetKey(target)), streamName, fields);
    }
  }
}
