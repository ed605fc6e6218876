/** The keys as a person's settings have them: `keys` of the file, by action. What cannot be is told, and passed over. Pure. */
import { type Action, BINDINGS, type Binding } from './keys.ts';

export interface Keymap {
  readonly bindings: readonly Binding[];
  /** What a key does; undefined for those that do nothing. */
  readonly actionOf: (key: string) => Action | undefined;
  /** What is wrong with the settings, a line each. */
  readonly problems: readonly string[];
}

/** Left to the terminal, or needed to get out; the digits go with the screens' numbers. */
const TAKEN: Readonly<Record<string, string>> = {
  'ctrl-c': 'always quits',
  'ctrl-s': 'is the terminal’s',
  'ctrl-q': 'is the terminal’s',
  'ctrl-z': 'is the terminal’s',
};
const NAMES = new Set(['up', 'down', 'left', 'right', 'home', 'end', 'page-up', 'page-down', 'enter', 'escape']);
for (const name of ['tab', 'shift-tab', 'space', 'backspace']) NAMES.add(name);

/** The keys with `wanted`: `{ "split": "X", "down": ["j", "ctrl-n"] }`. An action that is named loses its own keys. */
export function keymapOf(wanted: unknown): Keymap {
  const problems: string[] = [];
  const chosen = chosenKeys(wanted, problems);
  const owners = new Map<string, Action>();
  for (const [action, keys] of chosen) for (const key of keys) owners.set(key, action);
  const bindings = BINDINGS.map((binding) => {
    const own = chosen.get(binding.action);
    if (own !== undefined) return { ...binding, keys: own, shown: binding.shown === '' ? '' : own.join(' ') };
    const left = binding.keys.filter((key) => !owners.has(key));
    for (const key of binding.keys) {
      const owner = owners.get(key);
      if (owner !== undefined) problems.push(`keys.${owner}: ${key} was the key of ${binding.action}`);
    }
    return left.length === binding.keys.length ? binding : { ...binding, keys: left };
  });
  const actions = new Map(bindings.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)));
  return { bindings, actionOf: (key) => actions.get(key), problems };
}

/** By action; each key once. */
function chosenKeys(wanted: unknown, problems: string[]): ReadonlyMap<Action, readonly string[]> {
  const chosen = new Map<Action, readonly string[]>();
  const owners = new Map<string, string>();
  for (const [name, value] of Object.entries(typeof wanted === 'object' && wanted !== null ? wanted : {})) {
    const action = BINDINGS.find((one) => one.action === name)?.action;
    const keys: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (action === undefined) problems.push(`keys.${name} is no action: ${ACTIONS.join(' ')}`);
    else if (action === 'view') problems.push('keys.view cannot be changed: the digits are the numbers of the screens');
    else
      chosen.set(
        action,
        keys.filter((key): key is string => isFree(key, { name, owners, problems })),
      );
  }
  return chosen;
}

const ACTIONS = [...new Set(BINDINGS.map((one) => one.action))].filter((name) => name !== 'view');

interface Asking {
  readonly name: string;
  readonly owners: Map<string, string>;
  readonly problems: string[];
}

function isFree(key: unknown, { name, owners, problems }: Asking): boolean {
  const text = String(key);
  const isKey = typeof key === 'string' && (/^([!-~]|ctrl-[a-z])$/.test(key) || NAMES.has(key));
  const reason = !isKey
    ? `${JSON.stringify(key)} is no key: write a letter or sign, ctrl-x, or a name such as page-down`
    : TAKEN[text] !== undefined
      ? `${text} ${TAKEN[text]}`
      : /^[1-7]$/.test(text)
        ? `${text} is the number of a screen`
        : owners.has(text)
          ? `${text} is given to ${owners.get(text)} already`
          : undefined;
  if (reason === undefined) owners.set(text, name);
  else problems.push(`keys.${name}: ${reason}`);
  return reason === undefined;
}

/** As they are without settings. */
export const DEFAULT_KEYMAP: Keymap = keymapOf(undefined);
