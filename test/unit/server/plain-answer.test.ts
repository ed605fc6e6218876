/** Answers in pieces to a client that takes them slowly: all bytes, each piece untouched until it is taken. */
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/runtime/clock.ts';
import type { HttpResponse, Pieces } from '../../../src/server/exchange.ts';
import { PlainAnswers } from '../../../src/server/plain-answer.ts';

/** Takes a chunk when it is told to, and reads it only then, as a socket does. */
class SlowClient extends Writable {
  #take: (() => void) | undefined;
  text = '';

  override _write(chunk: Buffer, _coding: string, done: () => void): void {
    this.#take = () => {
      this.text += chunk.toString('latin1');
      done();
    };
  }

  /** Takes all that is waiting, and what comes of that. */
  async takeAll(): Promise<void> {
    for (let take = this.#take; take !== undefined; take = this.#take) {
      this.#take = undefined;
      take();
      await new Promise(setImmediate);
    }
  }
}

/** Pieces of these lengths, each of a letter of its own. */
function piecesOf(lengths: readonly number[]): Pieces {
  let i = 0;
  return {
    bytes: lengths.reduce((sum, length) => sum + length, 0),
    next(take) {
      const length = lengths[i];
      if (length === undefined) return undefined;
      return take(length)
        .fill(0x61 + i++, 0, length)
        .subarray(0, length);
    },
  };
}

const NO_BYTES = new Uint8Array(0);
const FULL_BYTES = 1_000;

test.each([
  { what: 'a short piece first', lengths: [10, 5_000, 5_000] },
  { what: 'a short piece last', lengths: [5_000, 5_000, 10] },
  { what: 'short pieces only', lengths: [10, 20, 30, 10, 20, 30] },
  { what: 'short pieces between long ones', lengths: [5_000, 10, 5_000, 10, 20, 5_000] },
])('an answer with $what goes on to its end behind another that has not left the socket', async ({ lengths }) => {
  const answers = new PlainAnswers(systemClock, 5_000);
  const client = new SlowClient({ highWaterMark: FULL_BYTES });
  client.write('before');
  const response: HttpResponse = { status: 200, headers: [], body: NO_BYTES, pieces: piecesOf(lengths) };
  let isTaken = answers.write(client, response, false);
  client.on('drain', () => {
    isTaken = answers.goOn(client, response);
  });
  await client.takeAll();
  expect(isTaken).toBe(true);
  const body = client.text.slice(client.text.indexOf('\r\n\r\n') + 4);
  expect(body).toBe(lengths.map((length, i) => String.fromCharCode(0x61 + i).repeat(length)).join(''));
});

/** The memory that an answer of one long piece is made in, with nothing but a letter in the piece. */
function memoryOf(answers: PlainAnswers, client: Writable): ArrayBufferLike {
  const taken: ArrayBufferLike[] = [];
  const { bytes, next } = piecesOf([5_000]);
  const pieces: Pieces = {
    bytes,
    next: (take) =>
      next((length) => {
        const memory = take(length);
        taken.push(memory.buffer);
        return memory;
      }),
  };
  answers.write(client, { status: 200, headers: [], body: NO_BYTES, pieces }, false);
  expect(taken).toHaveLength(1);
  return taken[0]!;
}

test('the memory of a piece serves the next answer once the piece is taken, and not before', async () => {
  const answers = new PlainAnswers(systemClock, 5_000);
  const [slow, other] = [new SlowClient(), new SlowClient()];
  const first = memoryOf(answers, slow);
  const second = memoryOf(answers, other);
  expect(second).not.toBe(first);
  await slow.takeAll();
  expect(memoryOf(answers, slow)).toBe(first);
});

test('the memory of a piece that could not be written is left alone', async () => {
  const answers = new PlainAnswers(systemClock, 5_000);
  const gone = new Writable({ write: (_chunk, _coding, done) => void setImmediate(done, new Error('gone')) });
  gone.on('error', () => {});
  const first = memoryOf(answers, gone);
  await new Promise((resolve) => gone.on('close', resolve));
  expect(memoryOf(answers, new SlowClient())).not.toBe(first);
});

test('a client that takes all at once leaves one piece of memory to serve the next answer in the same turn', () => {
  const answers = new PlainAnswers(systemClock, 5_000);
  const quick = new Writable({ write: (_chunk, _coding, done) => done() });
  expect(memoryOf(answers, quick)).toBe(memoryOf(answers, quick));
});
