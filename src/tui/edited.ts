/** Typing into a line: what a key or a paste makes of its text. Pure. */
import type { Input } from './key-decoder.ts';
import type { Sheet } from './state.ts';
import { safeText } from './text.ts';

/** What sheets take: keys and pastes. */
export type Typed = Exclude<Input, { readonly kind: 'mouse' }>;
export type SheetOf<K extends Sheet['kind']> = Extract<Sheet, { readonly kind: K }>;

const TEXT_CHARS_MAX = 256;

/** The text after an input; undefined when the input is no editing. */
export function edited(text: string, input: Typed): string | undefined {
  if (input.kind === 'paste') return (text + safeText(input.text)).slice(0, TEXT_CHARS_MAX);
  const { key } = input;
  if (key === 'backspace') return [...text].slice(0, -1).join('');
  if (key === 'ctrl-u') return '';
  if (key === 'ctrl-w') return text.replace(/\S*\s*$/, '');
  if (key === 'space') return `${text} `;
  return [...key].length === 1 && text.length < TEXT_CHARS_MAX ? text + safeText(key) : undefined;
}

/** The key's name; '' for a paste. */
export function keyOf(input: Typed): string {
  return input.kind === 'key' ? input.key : '';
}
