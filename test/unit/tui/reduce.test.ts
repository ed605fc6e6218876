/** Keys: what each does to the state, and that nothing changes a stream without a typed yes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_KEYMAP } from '../../../src/tui/keymap.ts';
import { BINDINGS } from '../../../src/tui/keys.ts';
import { Meter } from '../../../src/tui/meter.ts';
import { reduce } from '../../../src/tui/reduce.ts';
import type { Scene } from '../../../src/tui/scene.ts';
import type { ScreenState, StateChange } from '../../../src/tui/state.ts';
import type { Effect } from '../../../src/tui/step.ts';
import { observationAt, SETTING, sceneOf } from './observations.ts';

const SIZE = { columns: 80, rows: 24 };

/** Types keys, one after the other. */
function typed(keys: readonly string[], change: StateChange = {}, parts: Partial<Scene> = {}) {
  const { state: first, ...world } = sceneOf(SIZE, change, parts);
  let state: ScreenState = first;
  const effects: Effect[] = [];
  for (const key of keys) {
    const step = reduce(state, { kind: 'key', key }, world);
    state = step.state;
    if (step.effect !== undefined) effects.push(step.effect);
  }
  return { state, effects };
}

const stateAfter = (keys: readonly string[], change: StateChange = {}) => typed(keys, change).state;

describe('moving', () => {
  test('goes down and up the rows as they are sorted, and stops at the ends', () => {
    expect(stateAfter(['j']).shard).toBe(0);
    expect(stateAfter(['j', 'j', 'k']).shard).toBe(0);
    expect(stateAfter(['k']).shard).toBe(3);
    expect(stateAfter(['G']).shard).toBe(7);
    expect(stateAfter(['G', 'j', 'g']).shard).toBe(3);
    expect(stateAfter(['page-down']).shard).toBe(7);
    expect(stateAfter(['ctrl-d', 'ctrl-u']).shard).toBe(3);
  });
  test('moves in the list that has the keys', () => {
    expect(stateAfter(['4', 'j']).rows.consumers).toBe(1);
    expect(stateAfter(['6', 'G']).rows.events).toBe(3);
    expect(stateAfter(['3', 'k']).follows).toBe(false);
    expect(stateAfter(['tab']).pane).toBe('streams');
    expect(stateAfter(['shift-tab']).pane).toBe('peek');
  });
});

describe('views', () => {
  test('Enter goes deeper, Esc comes back, the root stays', () => {
    expect(stateAfter(['enter']).view).toBe('shard');
    expect(stateAfter(['enter', 'enter']).view).toBe('peek');
    expect(stateAfter(['enter', 'enter', 'escape']).view).toBe('shard');
    expect(stateAfter(['enter', 'enter', 'escape', 'escape', 'escape'])).toMatchObject({ view: 'overview', trail: [] });
  });
  test.each([
    ['1', 'overview'],
    ['2', 'shard'],
    ['3', 'peek'],
    ['4', 'consumers'],
    ['5', 'keys'],
    ['6', 'events'],
    ['7', 'streams'],
    ['K', 'keys'],
  ])('%s shows %s', (key, view) => expect(stateAfter([key]).view).toBe(view));
  test('z makes the pane a screen, and back', () => {
    expect(stateAfter(['tab', 'tab', 'z']).view).toBe('consumers');
    expect(stateAfter(['tab', 'tab', 'z', 'z']).view).toBe('overview');
  });
});

describe('showing', () => {
  test.each([
    ['c', 'showsClosed', true],
    ['w', 'isWide', true],
    ['t', 'isUtc', true],
    ['u', 'inBits', true],
    ['h', 'heatStyle', 'linear'],
    ['r', 'isReversed', true],
    ['p', 'peeks', false],
    ['f', 'follows', false],
    ['v', 'peekForm', 'raw'],
    ['+', 'intervalMs', 5_000],
    ['-', 'intervalMs', 1_000],
    ['>', 'sort', 'id'],
    ['<', 'sort', 'thr'],
  ] as const)('%s sets %s', (key, name, value) => expect(stateAfter([key])[name]).toBe(value));
  test('the interval stays between half a second and ten', () => {
    expect(stateAfter(['-', '-', '-', '-']).intervalMs).toBe(500);
    expect(stateAfter(['+', '+', '+', '+']).intervalMs).toBe(10_000);
  });
  test('Space holds and goes on', () => {
    expect(stateAfter(['space']).pausedAtMs).toBeDefined();
    expect(stateAfter(['space', 'space']).pausedAtMs).toBeUndefined();
  });
  test('the sort menu takes a letter or Enter', () => {
    expect(stateAfter(['s', 'c']).sort).toBe('capacity');
    expect(stateAfter(['s', 'up', 'enter'])).toMatchObject({ sort: 'thr', sheet: undefined });
  });
});

describe('the filter', () => {
  test('works while one types, keys are text in it, Esc puts back what was', () => {
    expect(stateAfter(['/', '0', '0', '0', '3']).filters.shards).toBe('0003');
    expect(stateAfter(['/', 'q', 'S', 'enter'])).toMatchObject({ filters: { shards: 'qS' }, sheet: undefined });
    expect(stateAfter(['/', 'x', 'escape'])).toMatchObject({ filters: { shards: '' }, sheet: undefined });
    expect(stateAfter(['/', 'a', 'b', 'backspace', 'enter']).filters.shards).toBe('a');
  });
  test('each list has its own', () => {
    expect(stateAfter(['6', '/', 'x', 'enter']).filters).toMatchObject({ events: 'x', shards: '' });
  });
  test('Esc at the root takes it away', () => {
    expect(stateAfter(['/', 'x', 'enter', 'escape']).filters.shards).toBe('');
  });
  test('selects the rows that match, or those that do not', () => {
    expect(stateAfter(['/', '5', 'enter', 'j']).shard).toBe(5);
    expect(stateAfter(['/', '!', '3', 'enter', 'g']).shard).toBe(0);
  });
  test('a paste goes into it as text and is no key anywhere else', () => {
    const { state, ...world } = sceneOf(SIZE, {});
    const pasted = reduce(state, { kind: 'paste', text: 'qSy!\n' }, world);
    expect(pasted).toEqual({ state });
    const opened = reduce(state, { kind: 'key', key: '/' }, world).state;
    expect(reduce(opened, { kind: 'paste', text: 'a\u001b[2Jb' }, world).state.filters.shards).toBe('a·[2Jb');
  });
});

describe('the command line', () => {
  const line = (text: string, parts: Partial<Scene> = {}) =>
    typed([':', ...[...text].map((sign) => (sign === ' ' ? 'space' : sign)), 'enter'], {}, parts);
  test('goes to shards, views and streams', () => {
    expect(line('shard 5').state).toMatchObject({ view: 'shard', shard: 5 });
    expect(line('events').state.view).toBe('events');
    expect(line('orders').state.stream).toBe('orders');
    expect(line('ord').state.stream).toBe('orders');
    expect(line('sort in').state.sort).toBe('in');
    expect(line('peek total').state).toMatchObject({ view: 'peek', filters: { peek: 'total' } });
    expect(line('interval 5').state.intervalMs).toBe(5_000);
    expect(line('q').effects).toEqual([{ kind: 'quit' }]);
  });
  test.each(['shard 99', 'sort nothing', 'interval x', 'nonsense', 'shard -1'])(
    '%s is refused with a reason',
    (text) => {
      expect(line(text).state.message?.isBad).toBe(true);
    },
  );
  test('Tab completes, arrows recall', () => {
    expect(typed([':', 's', 'o', 'tab']).state.sheet).toMatchObject({ text: 'sort ' });
    expect(typed([':', 's', 'h', 'a', 'r', 'd', 'space', '5', 'enter', ':', 'up']).state.sheet).toMatchObject({
      text: 'shard 5',
    });
  });
});

describe('a split', () => {
  test('is previewed, and made by y alone', () => {
    expect(typed(['S']).state.sheet).toMatchObject({ kind: 'split', shard: 3, at: 'balance' });
    const { state, effects } = typed(['S', 'y']);
    expect(effects).toMatchObject([{ kind: 'split', stream: 'orders', shard: 3 }]);
    expect(state.pending).toMatchObject({ shards: [3], word: 'SPLITTING' });
  });
  test('is not made by Enter, Space, n, q or Esc', () => {
    for (const key of ['enter', 'space', 'n', 'q', 'escape', 'Y']) expect(typed(['S', key]).effects).toEqual([]);
  });
  test('goes where the balance is, or to the middle with Tab', () => {
    const [balanced] = typed(['S', 'y']).effects;
    const [middle] = typed(['S', 'tab', 'y']).effects;
    expect(middle).toMatchObject({ point: 7n * 2n ** 124n });
    expect((balanced as { point: bigint }).point).toBeGreaterThan(7n * 2n ** 124n);
  });
  test('leaves with its command line instead', () => {
    expect(typed(['S', 'tab', '!']).effects).toEqual([{ kind: 'leave', command: 'sluice split orders 3 --at middle' }]);
  });
  test('wants the name typed where a context asks for it', () => {
    const setting = { ...SETTING, confirmsByName: true };
    expect(typed(['S', 'y', 'enter'], {}, { setting }).effects).toEqual([]);
    expect(typed(['S', ...'orders', 'enter'], {}, { setting }).effects).toMatchObject([{ kind: 'split' }]);
    expect(typed(['S', ...'order', 'enter'], {}, { setting }).effects).toEqual([]);
  });
  test('is off where nothing may be changed, and says how to turn it on', () => {
    const setting = { ...SETTING, isReadOnly: true };
    const { state, effects } = typed(['S', 'y', 'M', 'y'], {}, { setting });
    expect(effects.filter(({ kind }) => kind === 'split' || kind === 'merge')).toEqual([]);
    expect(state.sheet).toBeUndefined();
    expect(typed(['S'], {}, { setting }).state.message?.text).toContain('--read-write');
  });
});

test('a merge takes the colder neighbour, Tab the other, in the order of their ranges', () => {
  expect(typed(['M', 'y']).effects).toEqual([{ kind: 'merge', stream: 'orders', lower: 3, upper: 4 }]);
  expect(typed(['M', 'tab', 'y']).effects).toEqual([{ kind: 'merge', stream: 'orders', lower: 2, upper: 3 }]);
  expect(typed(['M', 'enter']).effects).toEqual([]);
});

test('no keys split or merge without a y', () => {
  const keys = BINDINGS.flatMap((one) => one.keys).filter((key) => key !== 'y');
  const sequences = fc.array(fc.constantFrom(...keys, 'a', 'enter', 'tab'), { maxLength: 30 });
  fc.assert(
    fc.property(sequences, (sequence) => {
      const { effects } = typed(sequence);
      expect(effects.filter(({ kind }) => kind === 'split' || kind === 'merge')).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

describe('out of the screen', () => {
  test('q and Ctrl-c quit, Ctrl-c also while something is typed', () => {
    expect(typed(['q']).effects).toEqual([{ kind: 'quit' }]);
    expect(typed(['/', 'q', 'ctrl-c']).effects).toEqual([{ kind: 'quit' }]);
    expect(typed(['ctrl-z']).effects).toEqual([{ kind: 'suspend' }]);
  });
  test('! gives the command line of the view', () => {
    const commandOf = (keys: readonly string[]) => typed([...keys, '!']).effects.at(-1);
    expect(commandOf([])).toEqual({ kind: 'leave', command: 'sluice top orders' });
    expect(commandOf(['5', '>'])).toEqual({ kind: 'leave', command: 'sluice top orders --view keys --sort id' });
    expect(commandOf(['j', '3'])).toEqual({ kind: 'leave', command: 'sluice tail orders --shard 0' });
  });
  test('y copies the id of the row', () => {
    expect(typed(['j', 'y']).effects).toEqual([{ kind: 'copy', text: 'shardId-000000000000' }]);
    expect(typed(['7', 'y']).effects).toEqual([{ kind: 'copy', text: 'orders' }]);
  });
  test('the menu does what its lines say', () => {
    expect(typed(['x', 'enter']).state.view).toBe('shard');
    expect(typed(['x', 'S']).state.sheet).toMatchObject({ kind: 'split' });
    expect(typed(['x', 'j', '!']).effects).toEqual([{ kind: 'leave', command: 'sluice tail orders --shard 3' }]);
  });
});

test('a click selects a row, a click on a head sorts, the wheel moves', () => {
  const { state, ...world } = sceneOf(SIZE);
  const click = (column: number, row: number) =>
    reduce(state, { kind: 'mouse', action: 'click', column, row }, world).state;
  expect(click(20, 8).shard).toBe(1);
  expect(click(23, 5).sort).toBe('in');
  expect(click(40, 1)).toBe(state);
  expect(reduce(state, { kind: 'mouse', action: 'wheelDown', column: 1, row: 9 }, world).state.shard).toBe(0);
});

test('every key in the help does something', () => {
  for (const { keys, action } of BINDINGS) for (const key of keys) expect(DEFAULT_KEYMAP.actionOf(key)).toBe(action);
});

describe('creating a stream, other servers, a lost one', () => {
  const EMPTY = new Meter().take(observationAt(0, {}));
  const LOST = { state: 'lost', sinceMs: 0, retryAtMs: 0, reason: 'gone' } as const;

  test('n asks for a name where there is no stream, and Enter creates what is typed', () => {
    const { state, effects } = typed(['n', 'a', 'space', '4', 'enter'], {}, { board: EMPTY });
    expect(effects).toEqual([{ kind: 'create', stream: 'a', shards: 4 }]);
    expect(state).toMatchObject({ sheet: undefined, stream: 'a' });
  });
  test.each([
    [['n', 'enter']],
    [['n', 'a', '!', 'enter']],
    [['n', 'a', 'space', '0', 'enter']],
    [['n', 'a', 'escape']],
  ])('%j creates nothing', (keys) => expect(typed(keys, {}, { board: EMPTY }).effects).toEqual([]));
  test('a server that is only looked at gets no stream', () => {
    const setting = { ...SETTING, isReadOnly: true };
    expect(typed(['n', 'a', 'enter'], {}, { board: EMPTY, setting }).effects).toEqual([]);
  });
  test(':ctx goes to a server that is known, and says which there are', () => {
    expect(typed([':', ...'ctx', 'space', ...'aws', 'enter']).effects).toEqual([{ kind: 'context', name: 'aws' }]);
    const { state, effects } = typed([':', ...'ctx', 'space', ...'prod', 'enter']);
    expect(effects).toEqual([]);
    expect(state.message?.text).toContain('local, aws');
  });
  test('d lets doctor look once the server is gone', () => {
    expect(typed(['d']).effects).toEqual([]);
    expect(typed(['d'], {}, { link: LOST }).effects).toEqual([{ kind: 'doctor' }]);
  });
  test('Enter tries again where a login is wanted, and opens the row otherwise', () => {
    const link = { ...LOST, login: ['Log in again:  aws sso login'] };
    expect(typed(['enter'], {}, { link }).effects).toEqual([{ kind: 'refresh' }]);
    expect(typed(['enter'], {}, { link: LOST }).state.view).toBe('shard');
  });
});
