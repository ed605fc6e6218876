/** Standard output: everything arrives as written, a slow reader is waited for, a gone one is told once. */
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputClosedError, Sink } from '../../../src/cli/sink.ts';
import { systemClock } from '../../../src/runtime/clock.ts';

/** Takes what is written only when it is told to. */
class Reader extends Writable {
  readonly pieces: Uint8Array[] = [];
  isSlow = false;
  #go: (() => void)[] = [];

  constructor() {
    super({ highWaterMark: 1 });
  }

  override _write(piece: Uint8Array, _: string, taken: (error?: Error) => void): void {
    this.pieces.push(Buffer.from(piece));
    if (this.isSlow) this.#go.push(() => taken());
    else taken();
  }

  catchUp(): void {
    this.isSlow = false;
    for (const go of this.#go.splice(0)) go();
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

function setUp(isTerminal = false) {
  const stream = new Reader();
  const closed: Error[] = [];
  const sleeps: (() => void)[] = [];
  const clock = { ...systemClock, sleep: () => new Promise<void>((resolve) => sleeps.push(resolve)) };
  const sink = new Sink({ stream, isTerminal, clock, onClosed: (error) => void closed.push(error) });
  const pause = async () => {
    for (const wake of sleeps.splice(0)) wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { stream, sink, closed, pause };
}

const long = fc.integer({ min: 0, max: 200_000 }).map((length) => new Uint8Array(length).fill(length));
const content = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
  long,
  long.map((bytes) => 'ü'.repeat(bytes.length)),
);

test('what is written arrives, whatever its kind, size and reader', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(content, { maxLength: 20 }), fc.boolean(), async (contents, isLineBuffered) => {
      const { stream, sink } = setUp();
      sink.isLineBuffered = isLineBuffered;
      const end = Buffer.from('\n');
      for (const one of contents) {
        await sink.write(one);
        if (typeof one !== 'string') await sink.writePair(one, end);
      }
      await sink.end();
      const whole = contents.flatMap((one) => (typeof one === 'string' ? [Buffer.from(one)] : [one, one, end]));
      expect(stream.bytes.equals(Buffer.concat(whole))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('a pipe gets blocks, or what there is after a pause; a terminal every write', async () => {
  const pipe = setUp();
  void pipe.sink.write('a');
  void pipe.sink.write('b');
  expect(pipe.stream.pieces).toEqual([]);
  await pipe.pause();
  expect(String(pipe.stream.bytes)).toBe('ab');
  const terminal = setUp(true);
  await terminal.sink.write('a');
  expect(String(terminal.stream.bytes)).toBe('a');
});

test('a slow reader is waited for, also when a pause flushes meanwhile', async () => {
  const { stream, sink, pause } = setUp();
  stream.isSlow = true;
  await sink.write(new Uint8Array(60_000));
  let isTaken = false;
  const wait = Promise.resolve(sink.writePair(new Uint8Array(60_000), new Uint8Array(1))).then(() => {
    isTaken = true;
  });
  await pause();
  expect(isTaken).toBe(false);
  stream.catchUp();
  await wait;
  await sink.end();
  expect(stream.bytes.length).toBe(120_001);
});

test('the end waits for everything, not only until there is room again', async () => {
  const { stream, sink } = setUp();
  stream.isSlow = true;
  void sink.write('a');
  let hasEnded = false;
  const end = sink.end().then(() => {
    hasEnded = true;
  });
  stream.emit('drain');
  await new Promise((resolve) => setImmediate(resolve));
  expect(hasEnded).toBe(false);
  stream.catchUp();
  await end;
});

test('a reader that goes away is told once, and nobody waits for it', async () => {
  const { stream, sink, closed } = setUp();
  stream.isSlow = true;
  const wait = sink.write(new Uint8Array(100_000));
  stream.emit('error', Object.assign(new Error('gone'), { code: 'EPIPE' }));
  await wait;
  expect(closed.map((error) => error instanceof OutputClosedError)).toEqual([true]);
  expect(sink.write('more')).toBeUndefined();
  await sink.end();
});
