/** Rows through Ink, and bytes through its stdin: what is shown is what was made, and no key of any terminal stops it. */
import { render } from 'ink-testing-library';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/runtime/clock.ts';
import { App } from '../../../src/tui/app.tsx';
import { FrameWriter } from '../../../src/tui/frame-writer.ts';
import { KeyDecoder } from '../../../src/tui/key-decoder.ts';
import { ScreenSession } from '../../../src/tui/screen-session.ts';
import { firstState } from '../../../src/tui/state.ts';
import type { Effect } from '../../../src/tui/step.ts';
import { themeOf } from '../../../src/tui/theme.ts';
import { NOW_MS, observationAt, SETTING } from './observations.ts';

/** Time stands still unless it is moved. */
function stillClock(): Clock & { ms: number } {
  const clock = {
    ms: 0,
    now: () => NOW_MS + clock.ms,
    monotonic: () => clock.ms,
    sleep: () => Promise.resolve(),
    soon: (callback: () => void) => callback(),
  };
  return clock;
}

/** React works off what it was told in turns of the event loop. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const NO_RECORDS = { records: [], place: undefined, keptPerSecond: 0, trouble: undefined };

let unmount = () => {};
afterEach(() => unmount());

async function start(isBusy = () => false) {
  const clock = stillClock();
  const effects: Effect[] = [];
  const session = new ScreenSession({
    setting: { ...SETTING, theme: themeOf(1, 'auto', undefined) },
    clock,
    state: firstState({}),
    size: { columns: 80, rows: 24 },
    zone: 'utc',
    peek: () => NO_RECORDS,
    onEffect: (effect) => effects.push(effect),
    isBusy,
  });
  const decoder = new KeyDecoder();
  const onInput = (bytes: Uint8Array) => {
    for (const input of decoder.take(bytes)) session.input(input);
  };
  const app = render(<App picture={{ subscribe: session.subscribe, rows: session.rows, onInput }} />);
  unmount = app.unmount;
  await settled();
  session.observe(observationAt(0));
  clock.ms += 2_000;
  session.observe(observationAt(2));
  await settled();
  const type = async (text: string) => {
    app.stdin.write(text);
    await settled();
  };
  return { type, app, session, effects, clock };
}

const frame = (app: Awaited<ReturnType<typeof start>>['app']) => app.lastFrame()!;

describe('the app', () => {
  test('shows the rows as they are, colours too', async () => {
    const { app, session } = await start();
    expect(frame(app).split('\n')).toHaveLength(23);
    expect(frame(app)).toContain('0003');
    const plain = session
      .rows()
      .map((row) => row.replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '').trimEnd());
    const shown = frame(app)
      .replace(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')
      .split('\n');
    expect(shown.map((row) => row.trimEnd())).toEqual(plain);
  });
  test('answers keys at once', async () => {
    const { app, type } = await start();
    await type('?');
    expect(frame(app)).toContain('type to search');
    await type('split');
    expect(frame(app)).toContain('split the selected shard');
    expect(frame(app)).not.toContain('next row');
  });
  test('types a filter and takes it back', async () => {
    const { app, type } = await start();
    await type('/0005\r');
    expect(frame(app)).not.toContain('0001');
    await type('\u001b[A/');
    await type('\u0015\r');
    expect(frame(app)).toContain('0001');
  });
  test('splits only after y', async () => {
    const { app, effects, type } = await start();
    await type('S\r');
    expect(frame(app)).toContain('Type y to split');
    expect(effects).toEqual([]);
    await type('y');
    expect(effects).toMatchObject([{ kind: 'split', stream: 'orders', shard: 3 }]);
    expect(frame(app)).toContain('SPLITTING');
  });
});

describe('what Ink 6.8 stumbles over', () => {
  test.each([
    ['Ctrl-F1 of xterm', '\u001b[1;5P'],
    ['Ctrl-Tab of mintty', '\u001b[1;5I'],
    ['a mouse report', '\u001b[<35;10;10M'],
    ['a paste outside of a text', '\u001b[200~qSy!\u001b[201~'],
    ['a focus report', '\u001b[I'],
    ['half a sequence', '\u001b['],
  ])('%s changes nothing', async (_, bytes) => {
    const { app, effects, type } = await start();
    const before = frame(app);
    await type(bytes);
    expect(frame(app)).toBe(before);
    expect(effects).toEqual([]);
  });
});

describe('frames', () => {
  test('data draws at most twice a second', async () => {
    const { app, session, clock } = await start();
    const count = app.frames.length;
    for (let i = 1; i <= 100; i++) {
      clock.ms += 20;
      session.observe(observationAt(2 + i * 0.02));
      await settled();
    }
    // Two seconds.
    expect(app.frames.length - count).toBeLessThanOrEqual(4);
    expect(app.frames.length - count).toBeGreaterThan(0);
  });
  test('are left out while the terminal is behind', async () => {
    let busy = false;
    const { app, session, clock } = await start(() => busy);
    const count = app.frames.length;
    busy = true;
    clock.ms += 10_000;
    session.observe(observationAt(12));
    await settled();
    expect(app.frames.length).toBe(count);
    busy = false;
    session.paintSoon();
    await settled();
    expect(app.frames.length).toBe(count + 1);
  });
  test('are drawn each second while a message stands, and no longer', async () => {
    const { session, clock } = await start();
    expect(session.isTicking).toBe(false);
    session.say('done');
    expect(session.isTicking).toBe(true);
    clock.ms += 10_000;
    expect(session.isTicking).toBe(false);
  });
  test('hold still while paused, though data goes on', async () => {
    const { app, session, clock, type } = await start();
    await type(' ');
    clock.ms += 5_000;
    session.observe(observationAt(7, {}));
    await settled();
    expect(frame(app)).toContain('PAUSED 5.0 s');
    expect(frame(app)).toContain('0003');
    await type(' ');
    expect(frame(app)).toContain('No streams in local.');
  });
});

describe('the writer', () => {
  const written = () => {
    const texts: string[] = [];
    return { texts, writer: new FrameWriter((text) => texts.push(text)) };
  };
  test('sends only the lines that changed, each to its place', () => {
    const { texts, writer } = written();
    writer.write('one\ntwo\nthree');
    writer.write('one\n2\nthree');
    expect(texts[1]).toContain('\u001b[2;1H\u001b[1G2\u001b[2G\u001b[K');
    expect(texts[1]).not.toContain('one');
    expect(texts[1]).not.toContain('three');
  });
  test('sends a line whole whose width terminals may not agree on', () => {
    const { texts, writer } = written();
    writer.write('漢 1');
    writer.write('漢 2');
    expect(texts[1]).toContain('\u001b[1;1H\u001b[0m\u001b[K漢 2');
  });
  test('sends nothing for the same frame, and all after everything was forgotten', () => {
    const { texts, writer } = written();
    writer.write('one\ntwo');
    writer.write('one\ntwo');
    expect(texts).toHaveLength(1);
    writer.forget();
    writer.write('one\ntwo');
    expect(texts[1]).toBe(texts[0]);
  });
  test('clears what a lower frame leaves, and never the whole screen', () => {
    const { texts, writer } = written();
    writer.write('one\ntwo\nthree');
    writer.write('one');
    expect(texts[1]).toContain('\u001b[2;1H\u001b[J');
    expect(texts.join('')).not.toContain('\u001b[2J');
    expect(texts.join('')).not.toContain('\u001b[3J');
  });
  test('says nothing any more once it is closed', () => {
    const { texts, writer } = written();
    writer.close();
    writer.write('last words');
    expect(texts).toEqual([]);
  });
});
