/**
 * Frames through Ink: what they took is given back. Under a clock of its own, so it takes no three hours. `npm run test:frames`
 * draws five thousand.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { mount } from '../../src/tui/app.tsx';
import { FrameWriter } from '../../src/tui/frame-writer.ts';
import { UNICODE } from '../../src/tui/glyphs.ts';
import { ScreenSession } from '../../src/tui/screen-session.ts';
import { firstState } from '../../src/tui/state.ts';
import { themeOf } from '../../src/tui/theme.ts';
import { observationAt, record, SETTING } from '../unit/tui/observations.ts';

const FRAMES = Number(process.env['SLUICE_FRAMES'] ?? 1_500);
const WARM_FRAMES = 500;
const SLACK_BYTES = 5 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapBytes(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

test(`the heap is as large after ${FRAMES} frames as after ${WARM_FRAMES}`, async () => {
  let ms = 0;
  let bytes = 0;
  const clock = {
    now: () => ms,
    monotonic: () => ms,
    sleep: async () => {},
    soon: (callback: () => void) => callback(),
  };
  const setting = { ...SETTING, glyphs: UNICODE, theme: themeOf(2, 'dark', undefined) };
  const peek = () => ({
    records: [record(ms, `key-${ms}`, `{"at":${ms}}`)],
    place: 'orders/0003',
    keptPerSecond: 1,
    trouble: undefined,
  });
  const options = { setting, clock, peek, size: { columns: 80, rows: 24 }, zone: 'utc' as const };
  const session = new ScreenSession({ ...options, state: firstState({}), onEffect: () => {}, isBusy: () => false });
  const writer = new FrameWriter((text) => {
    bytes += text.length;
  });
  const app = mount(session, writer);
  const frames = async (count: number) => {
    for (let frame = 0; frame < count; frame++) {
      ms += 2_000;
      // Load that changes, so that no two frames are the same.
      session.observe(observationAt(ms / 1_000 + Math.sin(ms)));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await frames(WARM_FRAMES);
  const before = heapBytes();
  await frames(FRAMES - WARM_FRAMES);
  const after = heapBytes();
  app.close();
  expect(bytes).toBeGreaterThan(FRAMES * 50);
  expect(after - before).toBeLessThan(SLACK_BYTES);
}, 300_000);
