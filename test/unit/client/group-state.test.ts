/** The file of a group says what it held, and what a group has not read is known from it and the stream's shards. */
import { describe, expect, test } from 'vitest';
import { parseCheckpoint } from '../../../src/client/checkpoint.ts';
import { type GroupState, groupText, parseGroup, unreadPlaces } from '../../../src/client/group-state.ts';

const state: GroupState = {
  group: 'etl',
  stream: 'orders',
  arn: 'arn:aws:kinesis:us-east-1:000000000000:stream/orders',
  createdMs: 1_700_000_000_123,
  from: { at: 'time', ms: 1_700_000_100_000 },
  places: new Map([
    ['shardId-000000000001', { position: { at: 'afterNumber', sequenceNumber: '7' }, arrivalMs: 1_700_000_200_000 }],
    ['shardId-000000000002', { position: { at: 'horizon' } }],
  ]),
  owner: { host: 'here', pid: 7 },
  savedMs: 1_700_000_300_000,
};

describe('the file', () => {
  test('is read as it was written', () => {
    expect(parseGroup(groupText(state, state.savedMs))).toEqual(state);
    const begun = { ...state, places: new Map(), owner: undefined, from: { at: 'horizon' } as const };
    expect(parseGroup(groupText(begun, state.savedMs))).toEqual(begun);
  });

  test('is a checkpoint that tail can go on from', () => {
    expect(parseCheckpoint(groupText(state, 0)).get('orders')).toEqual(state.places);
  });

  test.each(['', '{}', '{"version":1,"saved":"2026-01-01T00:00:00.000Z","streams":{"orders":{}}}'])(
    'is refused when it is something else: %s',
    (text) => expect(() => parseGroup(text)).toThrow(expect.objectContaining({ code: 'SLUICE_BAD_CHECKPOINT' })),
  );
});

describe('what a group has not read', () => {
  const listing = [
    { shardId: '0', parents: [] },
    { shardId: '1', parents: [] },
    { shardId: '2', parents: ['0'] },
    { shardId: '3', parents: ['0'] },
    { shardId: '4', parents: ['1', '2'] },
  ];
  const positions = (places: GroupState['places']) => [...unreadPlaces({ ...state, places }, listing)];

  test('is what follows the shards it is in, too, and not what came before them', () => {
    const here = { position: { at: 'afterNumber', sequenceNumber: '9' } } as const;
    expect(positions(new Map([['1', here]]))).toEqual([
      ['1', here.position],
      ['4', { at: 'horizon' }],
    ]);
    expect(positions(new Map([['0', here]])).map(([id]) => id)).toEqual(['0', '2', '3', '4']);
    expect(positions(new Map([['4', here]]))).toEqual([['4', here.position]]);
  });

  test('is every shard before it has begun', () => {
    expect(positions(new Map())).toEqual(listing.map(({ shardId }) => [shardId, state.from]));
  });
});
