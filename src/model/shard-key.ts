/** The number under which a store keeps one shard's log: dealt by the catalog, from 1, never used again. */
export type ShardKey = number & { readonly __brand: 'ShardKey' };

/** Position of a record in one shard's log: at least 0, growing, with gaps; exact up to 2^53. Only an engine computes with it. */
export type Offset = number & { readonly __brand: 'Offset' };
