/** How far a group is in every shard, and when that goes into its file. */
import type { Place, ShardPlaces } from '../../client/checkpoint.ts';
import type { Position } from '../../client/position.ts';
import type { Context } from '../context.ts';
import { type GroupFile, saveGroup } from './group-file.ts';

export class GroupProgress {
  /** Records whose answers came. */
  answered = 0;
  /** Records that processes have and have not answered. */
  waiting = 0;
  readonly #context: Context;
  readonly #file: GroupFile;
  readonly #places: Map<string, Place>;
  #hasChanged = true;
  #saving: Promise<void> = Promise.resolve();

  constructor(context: Context, file: GroupFile) {
    this.#context = context;
    this.#file = file;
    this.#places = new Map(file.state.places);
  }

  /** A shard begins. From "latest" means from now on: that is what a later run has to go on from. */
  start(shardId: string, from: Position): void {
    if (this.#places.has(shardId)) return;
    this.pass(shardId, { position: from.at === 'latest' ? { at: 'time', ms: this.#context.clock.now() } : from });
  }

  /** Everything before a place is done. */
  pass(shardId: string, place: Place): void {
    this.#places.set(shardId, place);
    this.#hasChanged = true;
  }

  /** A closed shard is done, and these begin. */
  end(shardId: string, next: readonly string[]): void {
    this.#places.delete(shardId);
    for (const id of next) this.start(id, { at: 'horizon' });
    this.#hasChanged = true;
  }

  /** Shards that are no longer there are left out, and those that follow them are in. */
  replace(places: ShardPlaces): void {
    this.#places.clear();
    for (const [shardId, place] of places) this.pass(shardId, place);
  }

  /** Where a shard goes on. */
  positionOf(shardId: string): Position {
    return this.#places.get(shardId)?.position ?? { at: 'horizon' };
  }

  /** Writes what is new, one write after the other. */
  save(): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#write());
    return this.#saving;
  }

  async #write(): Promise<void> {
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    try {
      const { path, state } = this.#file;
      await saveGroup(this.#context, { path, state: { ...state, places: this.#places } });
    } catch (error) {
      this.#hasChanged = true;
      throw error;
    }
  }
}
