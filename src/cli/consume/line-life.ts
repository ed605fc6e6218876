/** One process that gets records as lines and answers them one by one, and what it has not answered. */
import { Answers } from '../../client/answers.ts';
import { UNANSWERED_MAX } from '../../model/limits.ts';
import { type AnswerLine, parseAnswer } from './answer-line.ts';
import type { Batch } from './batches.ts';
import type { Child } from './child.ts';
import { type ChildFailure, endedFailure } from './failure.ts';
import type { Work } from './work.ts';

const CHUNK_BYTES = 65_536;

export class LineLife {
  /** It gets no more. */
  isFinishing = false;
  exitCode: number | undefined;
  /** Resolves when it has ended and all it said is noted; rejects when it could not be started. */
  readonly ended: Promise<void>;
  readonly #work: Work;
  readonly #child: Child;
  readonly #answers = new Map<string, Answers>();
  readonly #waiters = new Set<() => void>();

  constructor(work: Work, shardId: string | undefined) {
    this.#work = work;
    this.#child = work.children.start(shardId, (line) => this.#hear(line));
    this.ended = this.#child.ended.then((code) => {
      this.exitCode = code;
      for (const { waiting } of this.#answers.values()) work.progress.waiting -= waiting;
      this.#wake();
    });
    this.ended.catch(() => this.#wake());
  }

  /** Records of a shard it has not answered. */
  waitingOf(shardId: string): number {
    return this.#answers.get(shardId)?.waiting ?? 0;
  }

  /** Of a process that has ended: what it leaves of a shard. */
  failureOf(shardId: string): ChildFailure | undefined {
    const waiting = this.waitingOf(shardId);
    return this.exitCode === undefined || waiting === 0 ? undefined : endedFailure(this.exitCode, waiting);
  }

  /**
   * Gives it records; resolves when it has room for more, with how many it took: fewer than all when it ended with
   * everything answered. @throws {ChildFailure} when it ended before.
   */
  async take({ shardId, items, lagMs }: Batch, signal: AbortSignal): Promise<number> {
    const { plan, stream, progress } = this.#work;
    const answers = this.#answers.get(shardId) ?? new Answers();
    this.#answers.set(shardId, answers);
    let chunk: (string | Uint8Array)[] = [];
    let bytes = 0;
    let taken = 0;
    const flush = async () => {
      if (plan.ack === 'auto') {
        if (await this.#child.writeAll(joined(chunk))) this.#note(shardId, answers, () => answers.answerAll());
      } else await this.#child.write(joined(chunk), signal);
      chunk = [];
      bytes = 0;
    };
    for (const item of items) {
      if (this.exitCode !== undefined) break;
      if (answers.waiting >= UNANSWERED_MAX) {
        await flush();
        await this.#until(() => answers.waiting < UNANSWERED_MAX, signal);
      }
      this.#note(shardId, answers, () => answers.give(item));
      taken++;
      if (item.isEmpty) continue;
      const piece = plan.write({ stream: stream.name, shardId, record: item.record, lagMs });
      chunk.push(piece);
      bytes += piece.length;
      progress.waiting++;
      if (bytes < CHUNK_BYTES) continue;
      await flush();
      signal.throwIfAborted();
    }
    if (chunk.length > 0) await flush();
    const failure = this.failureOf(shardId);
    if (failure !== undefined) throw failure;
    return taken;
  }

  /** Tells it that nothing more comes. */
  finish(): void {
    this.isFinishing = true;
    this.#child.finish();
  }

  /** Resolves when all records of a shard are answered. @throws {ChildFailure} when it ends before. */
  async settled(shardId: string, signal: AbortSignal): Promise<void> {
    await this.#until(() => this.waitingOf(shardId) === 0, signal);
    const failure = this.failureOf(shardId);
    if (failure !== undefined) throw failure;
  }

  /** Waits for its end once it has nothing more to do. */
  endOf(): Promise<void> {
    return this.#work.children.endOf(this.#child);
  }

  #hear(line: string): Promise<void> | undefined {
    const answer = this.#work.plan.ack === 'line' ? parseAnswer(line) : undefined;
    if (answer === undefined || !this.#isTaken(answer)) return this.#work.children.pass(line);
    this.#wake();
    return undefined;
  }

  /** False for a bare answer where there is more than one shard: it says nothing. */
  #isTaken(answer: AnswerLine): boolean {
    const { word, sequenceNumber, sub } = answer;
    if (sequenceNumber === undefined) {
      const [only, ...others] = this.#answers;
      if (only === undefined || others.length > 0) return false;
      this.#note(...only, () => void only[1].answerNext());
      return true;
    }
    for (const [shardId, answers] of this.#answers) {
      let isKnown = false;
      this.#note(shardId, answers, () => {
        isKnown = word === 'ok' ? answers.answer(sequenceNumber, sub) : answers.answerThrough(sequenceNumber, sub);
      });
      if (isKnown) break;
    }
    return true;
  }

  /** Does something to the answers of a shard, and notes how far it is then. */
  #note(shardId: string, answers: Answers, change: () => void): void {
    const { progress } = this.#work;
    const [before, waiting] = [answers.done, answers.waiting];
    change();
    if (answers.done !== before) progress.pass(shardId, answers.place!);
    const answered = Math.max(0, waiting - answers.waiting);
    progress.answered += answered;
    progress.waiting -= answered;
  }

  async #until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      while (!isSo() && this.exitCode === undefined) {
        signal.throwIfAborted();
        await new Promise<void>((resolve) => this.#waiters.add(resolve));
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }
}

function joined(pieces: readonly (string | Uint8Array)[]): string | Uint8Array {
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('');
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}
