/** A heap: gives the item with the lowest key first, of equal ones the one that came first. */
export class MinHeap<T> {
  readonly #keyOf: (item: T) => number;
  readonly #items: { readonly item: T; readonly key: number; readonly number: number }[] = [];
  #count = 0;

  constructor(keyOf: (item: T) => number) {
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#items.length;
  }

  get lowest(): T | undefined {
    return this.#items[0]?.item;
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push({ item, key: this.#keyOf(item), number: this.#count++ }) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes the lowest. */
  pop(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first?.item;
    items[0] = last;
    for (let at = 0; ; ) {
      let lower = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < items.length && this.#isBefore(child, lower)) lower = child;
      }
      if (lower === at) return first!.item;
      this.#swap(at, lower);
      at = lower;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#items[a]!, this.#items[b]!];
    return one.key < other.key || (one.key === other.key && one.number < other.number);
  }

  #swap(a: number, b: number): void {
    const items = this.#items;
    [items[a], items[b]] = [items[b]!, items[a]!];
  }
}
