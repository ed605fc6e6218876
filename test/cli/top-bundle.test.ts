/** Ink and React stand in one chunk of the built program, which samples and checks never load. */
import { expect, test } from 'vitest';
import { loadedBy, meta, packages } from './built-program.ts';

const DRAWING = ['ink', 'react', 'react-reconciler', 'yoga-layout'];

test.each(['src/cli/commands/top.ts', 'src/tui/run-report.ts', 'src/tui/run-screen.ts'])('%s loads no Ink', (entry) => {
  expect(packages(loadedBy(entry)).filter((name) => DRAWING.includes(name))).toEqual([]);
});

test('the app loads it', () => {
  expect(packages(loadedBy('src/tui/app.tsx'))).toEqual(expect.arrayContaining(DRAWING));
});

test('of no developer tools there is anything', () => {
  const all = Object.values(meta.outputs).flatMap((output) => Object.keys(output.inputs));
  expect(all.filter((file) => /react-devtools|react[^/]*\.development\.js/.test(file))).toEqual([]);
});
