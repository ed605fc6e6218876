/** Records from a template: text with helpers in double braces, `{"id":"{{uuid}}","n":{{seq}}}`. Pure but for chance and time. */
import { isoTime } from '../../runtime/calendar.ts';
import { usageError } from '../cli-error.ts';
import { GENERATORS, NAMES, type TemplateWorld } from './generators.ts';

export interface Generator {
  next(): string;
  /** Where its records have a key, unless the user says otherwise. */
  readonly keyFrom: string | undefined;
}

type Part = () => string;

const HELP =
  'Helpers: uuid, seq [first], now [ms|s], int <from> <to>, float <from> <to> [digits], pick <a> <b> ..., name.';

/** A ready generator by its name, or a template. */
export function parseGenerator(text: string, world: TemplateWorld): Generator {
  const ready = GENERATORS[text];
  if (ready !== undefined) return { next: ready.make(world), keyFrom: ready.keyFrom };
  if (/^[a-z-]+$/.test(text)) {
    throw usageError(`"${text}" is no template`, `Ready ones: ${Object.keys(GENERATORS).join(', ')}.`, HELP);
  }
  const parts = partsOf(text, world);
  return { next: () => parts.map((part) => part()).join(''), keyFrom: undefined };
}

function partsOf(text: string, world: TemplateWorld): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(/\{\{\s*([a-z]+)((?:\s+(?:"[^"]*"|[^\s"}]+))*)\s*\}\}/g)) {
    const before = text.slice(at, match.index);
    if (before !== '') parts.push(() => before);
    const args = [...match[2]!.matchAll(/"([^"]*)"|([^\s"]+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
    parts.push(helper(match[1]!, args, world));
    at = match.index + match[0].length;
  }
  const rest = text.slice(at);
  if (/\{\{\s*[a-z]/.test(rest)) throw usageError(`the template cannot be read from "${rest.slice(0, 30)}" on`, HELP);
  return rest === '' ? parts : [...parts, () => rest];
}

function helper(name: string, args: readonly string[], { clock, random }: TemplateWorld): Part {
  const number = (i: number, otherwise?: number) => {
    const value = args[i] === undefined ? otherwise : Number(args[i]);
    if (value === undefined || Number.isNaN(value)) throw usageError(`{{${name}}} lacks a number`, HELP);
    return value;
  };
  switch (name) {
    case 'uuid':
      return () => random.uuid();
    case 'seq': {
      let next = number(0, 1);
      return () => String(next++);
    }
    case 'now': {
      if (args[0] === 'ms') return () => String(clock.now());
      if (args[0] === 's') return () => String(Math.floor(clock.now() / 1_000));
      return () => isoTime(clock.now());
    }
    case 'int': {
      const [from, to] = [number(0), number(1)];
      return () => String(from + Math.floor(random.fraction() * (to - from + 1)));
    }
    case 'float': {
      const [from, to, digits] = [number(0), number(1), number(2, 2)];
      return () => (from + random.fraction() * (to - from)).toFixed(digits);
    }
    case 'pick':
      if (args.length === 0) throw usageError('{{pick}} lacks what to pick from', HELP);
      return () => args[Math.floor(random.fraction() * args.length)]!;
    case 'name':
      return () => NAMES[Math.floor(random.fraction() * NAMES.length)]!;
    default:
      throw usageError(`{{${name}}} is no helper`, HELP);
  }
}
