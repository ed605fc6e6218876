/**
 * The files of one flow over time: looks at the directories, finds out what happened since the last look, and gives
 * every generation of every file its tailer. What has been read is read once; what was rotated away is followed.
 */
import type { FileCheckpoint } from './checkpoint-lines.ts';
import { Copies } from './copies.ts';
import { type Discovered, type FilePattern, filePattern, foldersAbove, walk } from './discover.ts';
import type { AgentEvent } from './events.ts';
import { foundFiles } from './evidence.ts';
import { byClaim, expiredTailers } from './generations.ts';
import { endOfLines } from './line-end.ts';
import { isFound, possibleCopies, rescue, searchArea, unpackLost } from './rescue.ts';
import { compareSnapshots, type FileChange, type FoundFile } from './rotation.ts';
import { Tailer } from './tailer.ts';
import type { TrackerOptions } from './tracker-options.ts';

/** A file to begin. */
type Beginning = Pick<FoundFile, 'path' | 'identity'>;

export class FileTracker {
  tailers: readonly Tailer[];
  /** The last look could not tell what some files are: another one can. */
  isUndecided = false;
  /** Directories the last look went into. */
  directories: readonly string[] = [];
  readonly #options: TrackerOptions;
  readonly #pattern: FilePattern;
  readonly #copies: Copies;
  #first = true;
  #denied = new Set<string>();

  constructor(options: TrackerOptions) {
    this.#options = options;
    this.#pattern = filePattern(options.flow.filePattern, options.flow.exclude);
    this.#copies = new Copies(options.files);
    this.tailers = options.stored.map((entry) => this.#restored(entry));
  }

  /** Looks at the directories and brings the tailers up to date. */
  async scan(): Promise<void> {
    const { files, clock, timeToLiveMs } = this.#options;
    const seen = await walk(files, this.#pattern, foldersAbove(this.tailers.map(({ path }) => path)));
    this.directories = seen.directories;
    this.#tellDenied(seen.denied);
    await this.#findLost(seen.files);
    const nowMs = clock.now();
    const { found, isUndecided } = await foundFiles(files, seen.files, { tailers: this.tailers, nowMs });
    this.isUndecided = isUndecided;
    const known = [...this.tailers].sort(byClaim).map((tailer) => ({
      id: tailer.id,
      identity: tailer.identity,
      path: tailer.path,
      position: Math.max(tailer.knownTo, tailer.position),
    }));
    await this.#apply(compareSnapshots(known, found));
    const expired = expiredTailers(this.tailers, nowMs - timeToLiveMs);
    if (expired.size > 0) this.tailers = this.tailers.filter((tailer) => !expired.has(tailer));
    await this.#copies.retain(new Set(this.tailers));
    this.#first = false;
  }

  /** Some files wait until it is known whether they are copies of others. */
  get holdsCopies(): boolean {
    return this.#copies.isHolding;
  }

  /** What an agent that starts later has to know. */
  checkpoints(): readonly FileCheckpoint[] {
    return this.tailers.map((tailer) => ({
      id: tailer.id,
      flow: this.#options.flow.id,
      path: tailer.path,
      identity: tailer.identity,
      generation: tailer.generation,
      acked: tailer.acked,
      prints: tailer.prints,
      bytes: Math.max(tailer.size, tailer.position),
      seenMs: tailer.seenMs,
    }));
  }

  /** Lets a tailer go that has delivered everything of a file that will not come back. */
  async release(tailer: Tailer): Promise<void> {
    this.tailers = this.tailers.filter((other) => other !== tailer);
    await tailer.park();
  }

  async close(): Promise<void> {
    await this.#copies.close();
    for (const tailer of this.tailers) await tailer.park();
  }

  /** Files that lost their name while they were not open are looked for by identity and content. */
  async #findLost(discovered: readonly Discovered[]): Promise<void> {
    const { files, flow, clock, spool } = this.#options;
    let area = searchArea(files, discovered, this.tailers);
    for (const tailer of this.tailers) {
      if (tailer.place === 'gone' || tailer.file !== undefined) continue;
      if (!flow.files.rescueRotated && !spool.holds(tailer.path)) continue;
      const to = await rescue(files, tailer, area);
      if (to === undefined && !isFound(tailer, area)) await this.#unpack(tailer);
      if (to === undefined) continue;
      const from = tailer.path;
      const heir = to.content === 'same' ? tailer : await this.#nextGeneration(tailer, to.place);
      if (heir !== tailer) area = searchArea(files, discovered, this.tailers);
      await heir.moveTo(to.file, to.place);
      heir.supersededMs ??= clock.monotonic();
      heir.place = 'unnamed';
      this.#tell({ kind: 'rescued', from, to: to.place.path });
    }
  }

  /** Gives up a content that is nowhere any more, and begins what stands in its place. */
  async #nextGeneration(tailer: Tailer, found: Beginning): Promise<Tailer> {
    const unread = Math.max(0, tailer.size - tailer.position);
    this.#tell({ kind: 'truncated', path: tailer.path, lostBytes: unread + (await tailer.abandon()) });
    const next = this.#tailer(found, 0, tailer.generation + 1);
    this.tailers = [...this.tailers, next];
    return next;
  }

  async #apply(changes: readonly FileChange[]): Promise<void> {
    const byId = new Map(this.tailers.map((tailer) => [tailer.id, tailer]));
    const copies = changes.filter((change) => change.kind === 'copied');
    const adopted = new Set<string>();
    const followed = new Map<string, Tailer>();
    const created = changes.filter((change) => change.kind === 'created');
    for (const change of changes) {
      const tailer = 'id' in change ? byId.get(change.id) : undefined;
      if (tailer === undefined || change.kind === 'linked') continue;
      const mine = copies.filter((copy) => copy.id === tailer.id).map((copy) => copy.found);
      if (change.kind === 'truncated') {
        const to = await this.#truncated(tailer, change.found, mine);
        if (to !== undefined) adopted.add(to);
      } else if (change.kind === 'lost') {
        const to = await this.#lost(tailer, mine);
        if (to !== undefined) adopted.add(to);
        followed.set(tailer.path, tailer);
      } else if (change.kind === 'copied') {
        if (!adopted.has(change.found.path)) await this.#copied(tailer, change.found);
      } else {
        if (change.kind === 'renamed') followed.set(tailer.path, tailer);
        this.#seen(tailer, change.found);
      }
    }
    await this.#begin(created, followed);
  }

  #seen(tailer: Tailer, found: FoundFile): void {
    const { clock } = this.#options;
    if (tailer.path !== found.path) {
      this.#tell({ kind: 'renamed', from: tailer.path, to: found.path });
      tailer.path = found.path;
      tailer.supersededMs ??= clock.monotonic();
    }
    tailer.place = 'named';
    tailer.identity = found.identity;
    tailer.seenMs = hourOf(clock.now());
    tailer.isSuspect = false;
    if (found.bytes !== tailer.size || found.bytes > tailer.position) tailer.dueMs = 0;
  }

  /** The old content goes on in a copy if there is one; the file begins anew. Returns the copy's path. */
  async #truncated(tailer: Tailer, found: FoundFile, copies: readonly FoundFile[]): Promise<string | undefined> {
    const { clock, flow, files } = this.#options;
    const nowMs = clock.monotonic();
    const path = tailer.path;
    // The pattern may not cover the names that rotation gives.
    const others = flow.files.copyDetect ? await possibleCopies(files, tailer, this.tailers) : [];
    const to = await this.#copies.adopt(tailer, [...copies, ...others]);
    tailer.supersededMs = nowMs;
    if (to === undefined && !(await this.#unpack(tailer))) {
      await this.#nextGeneration(tailer, found);
      return undefined;
    }
    if (to !== undefined) {
      this.#tell({ kind: 'copyFound', path, copy: to.path });
      tailer.place = copies.some((copy) => copy.path === to.path) ? 'named' : 'unnamed';
    }
    const next = this.#tailer(found, 0, tailer.generation + 1);
    next.after = tailer;
    this.tailers = [...this.tailers, next];
    return to?.path;
  }

  /** What a compressed file has of a lost one is read on, where the flow wants it; true when there is such a file. */
  async #unpack(tailer: Tailer): Promise<boolean> {
    const { files, flow, spool, clock } = this.#options;
    const from = tailer.path;
    const to = flow.files.readCompressed ? await unpackLost(files, spool, tailer) : undefined;
    if (to === undefined) return false;
    tailer.supersededMs ??= clock.monotonic();
    tailer.place = 'unnamed';
    this.#tell({ kind: 'rescued', from, to });
    return true;
  }

  /** A file without a name is read on as long as it is open. Returns the path of another file with its content. */
  async #lost(tailer: Tailer, copies: readonly FoundFile[]): Promise<string | undefined> {
    if (tailer.file !== undefined) {
      // Renamed long ago, it may have been written to until now under the name that it had.
      if (tailer.place === 'named') tailer.supersededMs = this.#options.clock.monotonic();
      tailer.place = 'unnamed';
      return undefined;
    }
    const to = copies.length > 0 ? await this.#copies.adopt(tailer, copies) : undefined;
    if (to !== undefined) {
      tailer.place = 'named';
      this.#tell({ kind: 'rescued', from: tailer.path, to: to.path });
      return to.path;
    }
    const unread = tailer.size - tailer.acked;
    if (tailer.place !== 'gone' && unread > 0) this.#tell({ kind: 'missing', path: tailer.path, bytes: unread });
    tailer.place = 'gone';
    return undefined;
  }

  async #copied(original: Tailer, found: FoundFile): Promise<void> {
    const verdict = await this.#copies.note(found, original, this.#options.clock.monotonic());
    if (verdict === 'hold') return;
    if (verdict === 'backup') this.#tell({ kind: 'backupFound', path: found.path, original: original.path });
    await this.#add(found, verdict === 'backup' ? 'end' : 'start');
  }

  async #begin(
    created: readonly { readonly found: FoundFile }[],
    followed: ReadonlyMap<string, Tailer>,
  ): Promise<void> {
    const { flow, hasRun, clock } = this.#options;
    const fresh = this.#first && !hasRun;
    const newest = created.at(-1)?.found;
    for (const { found } of created) {
      await this.#copies.forget(found.path);
      const age = clock.now() - found.modifiedMs;
      if (flow.files.ignoreOlderMs > 0 && age > flow.files.ignoreOlderMs) continue;
      const passedOver = flow.initialPosition === 'end' || (flow.initialFiles === 'newest' && found !== newest);
      const tailer = await this.#add(found, fresh && passedOver ? 'end' : 'start');
      tailer.after = followed.get(found.path);
    }
  }

  async #add(found: FoundFile, from: 'start' | 'end'): Promise<Tailer> {
    const { files, flow } = this.#options;
    const width = flow.records.encoding === 'utf16le' ? 2 : 1;
    const position = from === 'end' ? await endOfLines(files, found, width) : 0;
    const tailer = this.#tailer(found, position, 1);
    this.tailers = [...this.tailers, tailer];
    // Takes its prints before anything can happen to the file.
    await tailer.step(this.#options.clock.monotonic(), 0);
    if (tailer.deniedCode !== undefined) this.#tell({ kind: 'denied', path: found.path, code: tailer.deniedCode });
    if (this.tailers.length > this.#options.filesOpenMax()) await tailer.park();
    return tailer;
  }

  #tailer(found: Beginning, position: number, generation: number): Tailer {
    const { clock, random } = this.#options;
    const { path, identity } = found;
    const tailer = new Tailer(
      { id: random.uuid(), path, identity, generation, position },
      this.#world,
      clock.monotonic(),
    );
    tailer.seenMs = hourOf(clock.now());
    return tailer;
  }

  #restored(entry: FileCheckpoint): Tailer {
    const { id, path, identity, generation, acked: position, prints } = entry;
    const options = { id, path, identity, generation, position, prints };
    const tailer = new Tailer(options, this.#world, this.#options.clock.monotonic());
    tailer.size = entry.bytes;
    tailer.seenMs = entry.seenMs;
    return tailer;
  }

  get #world() {
    const { files, makeReader, dropReader, offer } = this.#options;
    return { files, makeReader, dropReader, offer };
  }

  /** Each place that may not be looked at is told once, until it may be again. */
  #tellDenied(denied: readonly { readonly path: string; readonly code: string }[]): void {
    for (const { path, code } of denied) if (!this.#denied.has(path)) this.#tell({ kind: 'denied', path, code });
    this.#denied = new Set(denied.map((one) => one.path));
  }

  #tell(event: AgentEvent): void {
    this.#options.events(event, this.#options.flow.id);
  }
}

/** An hour is fine enough for expiry, and leaves the checkpoints of idle files as they are. */
function hourOf(ms: number): number {
  return Math.floor(ms / 3_600_000) * 3_600_000;
}
