/** The streams of the catalog at work, found by name or by id. */
import assert from 'node:assert/strict';
import { type Catalog, qualifiedName } from '../model/catalog.ts';
import type { Scope, Stream } from '../model/stream.ts';
import { refTo, streamNotFound } from '../model/stream-faults.ts';
import type { Store } from '../store/store.ts';
import { LiveStream } from './live-stream.ts';

export class StreamTable {
  readonly #store: Store;
  readonly #shared: boolean;
  readonly #byId = new Map<number, LiveStream>();
  readonly #byName = new Map<string, LiveStream>();

  /** `shared`: all scopes see the same streams. */
  constructor(store: Store, shared: boolean) {
    this.#store = store;
    this.#shared = shared;
  }

  /** The namespace of a caller's streams. */
  namespace(scope: Scope): string {
    return this.#shared ? '' : `${scope.account}/${scope.region}`;
  }

  /** Takes over a newer catalog. */
  refresh(catalog: Catalog): void {
    for (const [id, live] of this.#byId) {
      if (catalog.streams.has(id)) continue;
      this.#byId.delete(id);
      this.#byName.delete(qualifiedName(live.stream));
    }
    for (const stream of catalog.streams.values()) {
      const live = this.#byId.get(stream.id);
      if (live === undefined) this.#add(stream);
      else if (live.stream !== stream) live.update(stream);
    }
  }

  #add(stream: Stream): void {
    const live = new LiveStream(this.#store, stream);
    this.#byId.set(stream.id, live);
    this.#byName.set(qualifiedName(stream), live);
  }

  find(scope: Scope, name: string): LiveStream | undefined {
    return this.#byName.get(this.#shared ? name : `${this.namespace(scope)}/${name}`);
  }

  /** @throws {Fault} ResourceNotFoundException. */
  get(scope: Scope, name: string): LiveStream {
    const live = this.find(scope, name);
    if (live === undefined) throw streamNotFound(refTo(scope, name));
    return live;
  }

  /** A stream that takes records. @throws {Fault} ResourceNotFoundException, also while it is CREATING or DELETING. */
  writable(scope: Scope, name: string): LiveStream {
    const live = this.get(scope, name);
    const { status } = live.stream;
    if (status !== 'ACTIVE' && status !== 'UPDATING') throw streamNotFound(refTo(scope, name));
    return live;
  }

  /** A stream by id, if the caller may see it. */
  byId(scope: Scope, id: number): LiveStream | undefined {
    const live = this.#byId.get(id);
    return live?.stream.namespace === this.namespace(scope) ? live : undefined;
  }

  /** A stream of the catalog, whoever may see it. */
  live(id: number): LiveStream {
    const live = this.#byId.get(id);
    assert(live !== undefined, `no stream of id ${id} is at work`);
    return live;
  }

  /** Every stream, whoever may see it. */
  all(): Iterable<LiveStream> {
    return this.#byId.values();
  }
}
