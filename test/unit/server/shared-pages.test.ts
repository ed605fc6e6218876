/** Rendered records that several readers are given. */
import { describe, expect, test } from 'vitest';
import type { ReadPage } from '../../../src/model/delivery.ts';
import { SHARED_BEGINNING_BYTES_MAX } from '../../../src/model/limits.ts';
import { encodeBatch } from '../../../src/model/record-batch.ts';
import type { Shard } from '../../../src/model/shard.ts';
import type { Offset, ShardKey } from '../../../src/model/shard-key.ts';
import { SharedPages } from '../../../src/server/shared-pages.ts';

const BYTES = 10_000;

function page({ key = 1, first = 0, count = 1, bytes = 1 }): ReadPage {
  const shard: Shard = {
    ...{ key: key as ShardKey, creationSeconds: 1, index: 0, parents: [], openedMs: 0, horizonMs: 0 },
    range: { start: 0n, end: (1n << 128n) - 1n },
  };
  const records = encodeBatch(
    Array.from({ length: count }, () => ({ partitionKey: 'a', data: new Uint8Array(bytes) })),
  );
  const block = { ...records, first: first as Offset, next: (first + count) as Offset, arrivalMs: 0 };
  return { shard, blocks: [block], lagMs: 0 };
}

/** Pages, and for which of them something was rendered. */
function counted(bytesMax: number, bytes = BYTES) {
  const pages = new SharedPages(bytesMax);
  const rendered: ReadPage[] = [];
  const render = (of: ReadPage) => {
    rendered.push(of);
    return new Uint8Array(bytes);
  };
  const get = (of: ReadPage) => pages.recordsOf(of, render) ?? render(of);
  return { rendered, get };
}

/** Leads so many readers to offset 5 of a shard, each from a place of its own. */
function lead(get: (of: ReadPage) => Uint8Array, readers: number, key = 1): void {
  for (let i = 0; i < readers; i++) get(page({ first: 4 - i, count: 1 + i, key }));
}

describe('shared pages', () => {
  test('readers who were led to one place get the same bytes, rendered once, as often as they are many', () => {
    const { rendered, get } = counted(BYTES * 4);
    lead(get, 3);
    rendered.length = 0;
    const given = [1, 2, 3].map(() => get(page({ first: 5 })));
    expect(new Set(given).size).toBe(1);
    expect(rendered).toHaveLength(1);
    get(page({ first: 5 }));
    expect(rendered).toHaveLength(2);
  });

  test('for a reader alone nothing is kept but where it began before', () => {
    const { rendered, get } = counted(BYTES * 4);
    for (const first of [4, 5, 6, 4, 5, 6, 4, 5, 6]) get(page({ first }));
    expect(rendered.map(({ blocks }) => blocks[0]!.first)).toEqual([4, 5, 6, 4, 5, 6, 5, 6]);
  });

  test('where readers begin the page is kept from the second on, until others have begun at four other places', () => {
    const { rendered, get } = counted(BYTES * 4);
    const begin = (key: number) => get(page({ key }));
    const [first, second, third] = [begin(1), begin(1), begin(1)];
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    for (const key of [2, 3, 4]) begin(key);
    expect(begin(1)).toBe(second);
    for (const key of [2, 3, 4, 5]) begin(key);
    rendered.length = 0;
    begin(1);
    begin(1);
    expect(rendered).toHaveLength(2);
  });

  test('a long page is not kept for who may begin there', () => {
    const { rendered, get } = counted(BYTES * 4);
    for (let i = 0; i < 3; i++) get(page({ bytes: SHARED_BEGINNING_BYTES_MAX }));
    expect(rendered).toHaveLength(3);
  });

  test('another shard and another end are other pages', () => {
    const { rendered, get } = counted(BYTES * 4);
    lead(get, 4);
    rendered.length = 0;
    for (const other of [{}, { key: 2 }, { count: 2 }]) get(page({ first: 5, ...other }));
    expect(rendered).toHaveLength(3);
  });

  test('the eldest page goes first once there are too many bytes', () => {
    const { rendered, get } = counted(BYTES * 2);
    for (const key of [1, 2, 3]) {
      lead(get, 3, key);
      get(page({ first: 5, key }));
    }
    rendered.length = 0;
    for (const key of [2, 3]) get(page({ first: 5, key }));
    expect(rendered).toHaveLength(0);
    get(page({ first: 5, key: 1 }));
    expect(rendered).toHaveLength(1);
  });

  test('who did not come before a page fell out is not waited for again', () => {
    const { rendered, get } = counted(BYTES * 2);
    lead(get, 2);
    get(page({ first: 5 }));
    for (const key of [2, 3]) {
      lead(get, 3, key);
      get(page({ first: 5, key }));
    }
    rendered.length = 0;
    const pages = [1, 2, 3].map(() => {
      get(page({ first: 4 }));
      return get(page({ first: 5 }));
    });
    expect(new Set(pages).size).toBe(3);
  });

  test('a page longer than the bound and a short one are not kept', () => {
    for (const { rendered, get } of [counted(BYTES - 1), counted(BYTES, 100)]) {
      lead(get, 2);
      rendered.length = 0;
      for (const _ of [1, 2]) get(page({ first: 5 }));
      expect(rendered).toHaveLength(2);
    }
  });
});
