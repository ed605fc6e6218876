/**
 * The reader of one generation of one file: from open to end of file, as far as it is allowed, checking before each
 * read that the bytes it has read are still there. It keeps the same file through renames and deletion; whether a name
 * has moved is found out elsewhere (file-tracker.ts).
 */
import { AGENT_DENIED_MS_MAX, AGENT_HEAD_BYTES_MAX } from '../model/limits.ts';
import type { LogFile, LogFileFacts, LogFiles } from '../runtime/log-files.ts';
import { systemCode } from '../runtime/sluice-error.ts';
import { Acks } from './acks.ts';
import { Growth } from './growth.ts';
import {
  anchorAt,
  bytesAt,
  compareIdentity,
  type FileIdentity,
  headOf,
  likeness,
  type Prints,
  sameBytes,
} from './identity.ts';
import { PrintTaker } from './prints.ts';
import type { AgentRecord, RecordReader } from './record-reader.ts';

export interface TailerOptions {
  readonly id: string;
  readonly path: string;
  readonly identity: FileIdentity;
  /** Counts from 1 for each identity; a truncation makes the next one. */
  readonly generation: number;
  /** Where reading begins. */
  readonly position: number;
  /** What an earlier run remembered of the content; it is checked when the file is opened. */
  readonly prints?: Prints | undefined;
}

export interface TailerWorld {
  readonly files: LogFiles;
  readonly makeReader: (path: string) => RecordReader;
  /** The reader is not used any more; its counters stand. */
  readonly dropReader: (reader: RecordReader) => void;
  /** Takes records for delivery, in file order. */
  readonly offer: (records: readonly AgentRecord[], tailer: Tailer) => void;
}

/**
 * 'more': there is more to read. 'idle': at the end of the file. 'changed': the file holds other bytes than those that
 * were read. 'moved': another file stands under the path. 'denied': it cannot be read now.
 */
export type StepResult = 'more' | 'idle' | 'changed' | 'moved' | 'denied';

export class Tailer {
  readonly id: string;
  readonly generation: number;
  readonly acks = new Acks();
  path: string;
  identity: FileIdentity;
  /**
   * 'named': found under the flow's pattern. 'unnamed': open or rescued, but not under the pattern. 'gone': there is
   * no such file now.
   */
  place: 'named' | 'unnamed' | 'gone' = 'named';
  /** Monotonic time since which the writer has no reason to write here: renamed, deleted, copied away. */
  supersededMs: number | undefined;
  /** Monotonic time of the last growth seen. */
  grewMs: number;
  /** Monotonic time of the next look. */
  dueMs = 0;
  /** Read this one to its end first: what it followed under its name. */
  after: Tailer | undefined;
  /** A look found other bytes than those that were read: what happened must be found out before it is read again. */
  isSuspect = false;
  /** Wall time when the file was seen last. */
  seenMs = 0;
  /** The last look found the end of the file. */
  atEnd = false;
  /** Bytes in the file at the last look. */
  size = 0;
  readonly growth = new Growth();
  /** Code of the failure that keeps the file from being read. */
  deniedCode: string | undefined;
  readonly #world: TailerWorld;
  readonly #prints = new PrintTaker();
  #stored: Prints | undefined;
  /** First bytes of a file that nothing may be read of yet. */
  #ahead: Uint8Array | undefined;
  #position: number;
  #reader: RecordReader | undefined;
  #file: LogFile | undefined;
  #facts: LogFileFacts | undefined;
  #deniedMs = 0;

  constructor(options: TailerOptions, world: TailerWorld, nowMs: number) {
    this.id = options.id;
    this.path = options.path;
    this.identity = options.identity;
    this.generation = options.generation;
    this.#position = options.position;
    this.#stored = options.prints;
    this.#world = world;
    this.grewMs = nowMs;
  }

  /** Where the next byte is read. */
  get position(): number {
    return this.#position;
  }

  /** Everything before it is delivered or dropped for good. */
  get acked(): number {
    return Math.min(this.#position, this.acks.position(this.#reader?.settledPosition ?? this.#position));
  }

  get prints(): Prints {
    if (this.#stored !== undefined || this.#ahead === undefined) return this.#stored ?? this.#prints.prints;
    return { head: headOf(this.#ahead), anchors: [anchorAt(this.#ahead.length, this.#ahead)] };
  }

  /** How far the content is known; at a restart beyond `position`. */
  get knownTo(): number {
    return this.prints.anchors.at(-1)?.at ?? 0;
  }

  get file(): LogFile | undefined {
    return this.#file;
  }

  /** What the last look found. */
  get facts(): LogFileFacts | undefined {
    return this.#facts;
  }

  get reader(): RecordReader | undefined {
    return this.#reader;
  }

  /** Looks at the file and reads at most `bytesMax` bytes of it. */
  async step(nowMs: number, bytesMax: number): Promise<StepResult> {
    try {
      const result = (await this.#open()) ?? (await this.#read(nowMs, bytesMax));
      this.isSuspect = result === 'changed';
      this.deniedCode = undefined;
      this.#deniedMs = 0;
      return result;
    } catch (error) {
      return await this.#fail(error, nowMs);
    }
  }

  /** Gives out what the reader holds back: 'held' an open group, 'all' also an unterminated last line. */
  release(what: 'held' | 'all'): void {
    if (this.#reader === undefined) return;
    this.#offer(what === 'held' ? this.#reader.flush() : this.#reader.finish());
    // What is appended after an end was declared begins a record of its own.
    if (what === 'all') this.#dropReader();
  }

  /** True when bytes were read that no record was given out for yet. */
  get holdsBack(): boolean {
    return this.#reader !== undefined && this.#reader.settledPosition < this.#position;
  }

  /**
   * The content goes on in another file, which is open and `size` bytes long: a rotation's copy, or the same file found
   * again. A copy that ends before what was read leaves nothing to read.
   */
  async moveTo(file: LogFile, place: { path: string; identity: FileIdentity; size: number }): Promise<void> {
    await this.park();
    this.#file = file;
    this.#facts = undefined;
    this.isSuspect = false;
    this.path = place.path;
    this.identity = place.identity;
    if (this.#stored !== undefined) await this.#resume(file);
    if (place.size < this.#position) {
      this.#dropReader();
      this.#position = place.size;
      await this.#prints.cut(file, place.size);
    }
    this.dueMs = 0;
  }

  /** The content is nowhere any more: what was not given out as a record cannot be completed. */
  async abandon(): Promise<number> {
    await this.park();
    const torn = this.#position - (this.#reader?.settledPosition ?? this.#position);
    this.#dropReader();
    this.place = 'gone';
    this.isSuspect = false;
    return torn;
  }

  #dropReader(): void {
    if (this.#reader !== undefined) this.#world.dropReader(this.#reader);
    this.#reader = undefined;
  }

  /** Closes the file; a later step opens it again and checks it. */
  async park(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** Opens by path what was never open or was parked; undefined when the file is ready. */
  async #open(): Promise<StepResult | undefined> {
    if (this.#file !== undefined) return undefined;
    const file = await this.#world.files.open(this.path);
    const facts = await file.facts();
    const relation = facts.kind === 'file' ? compareIdentity(this.identity, facts) : 'other';
    const { prints } = this;
    // The anchor of the place where reading resumes is read first, so that the check below covers it.
    if (relation !== 'other') await this.#resume(file);
    const known = prints.anchors.at(-1)?.at ?? 0;
    const changed = known > 0 && (await likeness(file, facts.bytes, prints)).kind !== 'all';
    if (relation === 'other' || changed) {
      this.#stored = prints;
      await file.close();
      return relation === 'other' ? 'moved' : 'changed';
    }
    this.#file = file;
    return undefined;
  }

  /** Takes over the prints at the place where reading goes on. */
  async #resume(file: LogFile): Promise<void> {
    const isKnown = this.#stored === undefined && this.#prints.anchor?.at === this.#position;
    this.#stored = undefined;
    if (!isKnown) await this.#prints.load(file, this.#position);
  }

  async #read(nowMs: number, bytesMax: number): Promise<StepResult> {
    const file = this.#file!;
    const before = this.#facts;
    const facts = await file.facts();
    this.#facts = facts;
    this.size = facts.bytes;
    this.growth.saw(facts.bytes, this.acked, nowMs);
    const fresh = facts.bytes - this.#position;
    if (fresh < 0) return 'changed';
    this.atEnd = fresh === 0;
    const touched = before?.modifiedMs !== facts.modifiedMs || before.changedMs !== facts.changedMs;
    if (fresh === 0 && !touched && this.#ahead === undefined) return 'idle';
    if (this.#position === 0 && bytesMax === 0) return await this.#peek(file, fresh);
    const anchor = this.#prints.anchor?.bytes ?? new Uint8Array(0);
    const chunk = new Uint8Array(anchor.length + Math.min(fresh, bytesMax));
    // Lines of one length may end alike: the anchor alone would not see one file written over by another.
    const [count, first] = await Promise.all([
      file.read(chunk, this.#position - anchor.length),
      bytesAt(file, 0, this.#prints.first.length),
    ]);
    if (!sameBytes(first, this.#prints.first)) return 'changed';
    if (count < anchor.length || !sameBytes(chunk.subarray(0, anchor.length), anchor)) return 'changed';
    const bytes = chunk.subarray(anchor.length, count);
    const ahead = this.#ahead ?? new Uint8Array(0);
    if (fresh < ahead.length || !startsWith(bytes, ahead.subarray(0, bytes.length))) return 'changed';
    if (bytes.length === 0) return 'idle';
    this.#ahead = undefined;
    this.grewMs = nowMs;
    this.#push(bytes, chunk.subarray(0, count));
    this.atEnd = this.#position >= facts.bytes;
    return this.atEnd ? 'idle' : 'more';
  }

  /** Takes prints before anything is read, so that the file is known again if it is rotated away unread. */
  async #peek(file: LogFile, size: number): Promise<StepResult> {
    const first = await bytesAt(file, 0, Math.min(AGENT_HEAD_BYTES_MAX, size));
    if (this.#ahead !== undefined && !startsWith(first, this.#ahead)) return 'changed';
    if (first.length > 0) this.#ahead = first;
    return 'idle';
  }

  #push(bytes: Uint8Array, withAnchor: Uint8Array): void {
    this.#reader ??= this.#world.makeReader(this.path);
    const from = this.#position;
    this.#position += bytes.length;
    this.#prints.note(withAnchor, this.#position);
    this.#offer(this.#reader.push(bytes, from));
  }

  #offer(records: readonly AgentRecord[]): void {
    if (records.length > 0) this.#world.offer(records, this);
  }

  /** A file that failed is closed, so that the next try opens and checks it again: that is what ESTALE asks for. */
  async #fail(error: unknown, nowMs: number): Promise<StepResult> {
    const code = systemCode(error);
    if (code === '') throw error;
    if (this.place === 'named') await this.park().catch(() => undefined);
    if (code === 'ENOENT') return 'moved';
    this.deniedCode = code;
    this.#deniedMs = Math.min(AGENT_DENIED_MS_MAX, Math.max(1_000, this.#deniedMs * 2));
    this.dueMs = nowMs + this.#deniedMs;
    return 'denied';
  }
}

function startsWith(bytes: Uint8Array, first: Uint8Array): boolean {
  return sameBytes(bytes.subarray(0, first.length), first);
}
