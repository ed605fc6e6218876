/** Creating a stream from the screen: `orders 4`, with the command line that does the same. Pure. */
import { edited, keyOf, type SheetOf, type Typed } from './edited.ts';
import type { ScreenState } from './state.ts';
import { changed, type Step } from './step.ts';

/** As CreateStream takes them. Source: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html */
const NAME = /^[a-zA-Z0-9_.-]{1,128}$/;
const SHARDS_MAX = 10_000;

/** What the text asks for; or what is wrong with it. */
export function wantedStream(
  text: string,
): { readonly name: string; readonly shards: number; readonly command: string } | { readonly problem: string } {
  const [name = '', count = '1', ...more] = text.trim().split(/\s+/);
  const shards = Number(count);
  if (name === '') return { problem: 'for example:  orders 4' };
  if (!NAME.test(name)) return { problem: 'a name has up to 128 letters, digits, and _ . -' };
  if (more.length > 0 || !/^\d+$/.test(count) || shards < 1 || shards > SHARDS_MAX) {
    return { problem: 'after the name comes a number of shards' };
  }
  return { name, shards, command: `sluice stream create ${name} -s ${shards}` };
}

/** Keys while the sheet is open. */
export function inCreate(state: ScreenState, sheet: SheetOf<'create'>, input: Typed): Step {
  const key = keyOf(input);
  if (key === 'escape') return changed(state, { sheet: undefined });
  if (key === 'enter') {
    const wanted = wantedStream(sheet.text);
    if ('problem' in wanted) return { state };
    const { name: stream, shards } = wanted;
    return changed(state, { sheet: undefined, stream }, { kind: 'create', stream, shards });
  }
  const text = edited(sheet.text, input);
  return text === undefined ? { state } : changed(state, { sheet: { ...sheet, text } });
}
