/** What a file of settings may hold: checked key by key, so that one mistake is told and the rest still counts. Pure. */
import { type JsonMember, type JsonObject, jsonValue } from '../../model/json-with-comments.ts';
import { mostSimilar } from '../similar.ts';
import { BUILT_IN, type ContextSettings } from '../target/target.ts';
import type { ConfigContent, ConfiguredDefaults } from './file.ts';

/** The form of a value. */
export type KeyForm = 'text' | 'flag' | 'object' | readonly string[];

export interface KeySpec {
  readonly form: KeyForm;
  readonly doc: string;
}

/** Colours of a context, as terminals have them. */
const CONTEXT_COLORS = ['red', 'green', 'yellow', 'cyan'] as const;

/** Keys at the top. */
export const TOP_KEYS: Readonly<Record<string, KeySpec>> = {
  $schema: { form: 'text', doc: 'where editors find the schema' },
  currentContext: { form: 'text', doc: 'the target of commands that name none' },
  contexts: { form: 'object', doc: 'targets by name' },
  defaults: { form: 'object', doc: 'defaults of options: defaults.<command>.<option>' },
  theme: { form: ['auto', 'dark', 'light', 'high-contrast', 'deuter'], doc: 'the colours of top' },
  keys: { form: 'object', doc: 'keys of top by action' },
  completion: { form: 'object', doc: 'network: whether Tab may call AWS' },
};

/** Keys of a context. */
export const CONTEXT_KEYS: Readonly<Record<keyof ContextSettings, KeySpec>> = {
  endpoint: { form: 'text', doc: 'URL of a Kinesis-compatible server; AWS without it' },
  region: { form: 'text', doc: 'region to call and to sign for' },
  profile: { form: 'text', doc: 'profile of ~/.aws whose credentials are used' },
  roleArn: { form: 'text', doc: 'role to assume' },
  readOnly: { form: 'flag', doc: 'refuse calls that change something' },
  confirm: { form: ['name'], doc: 'what cannot be undone wants the stream’s name typed' },
  color: { form: CONTEXT_COLORS, doc: 'colour of the line that names the target' },
  fips: { form: 'flag', doc: 'hosts with validated cryptography' },
  dualStack: { form: 'flag', doc: 'hosts with IPv6' },
};

/** Options whose default no file may set: a forgotten line must not answer questions or move a command. */
export const NEVER_DEFAULT: ReadonlySet<string> = new Set(['yes', 'force', 'confirm', 'context', 'endpoint']);

type Checked = Pick<ConfigContent, 'currentContext' | 'contexts' | 'defaults' | 'warnings'>;

/** The usable part of a file, and what is wrong with the rest. */
export function checkConfig(root: JsonObject, path: string): Checked {
  const warnings: string[] = [];
  const tell = ({ line }: { readonly line: number }, text: string) => void warnings.push(`${path}:${line}: ${text}`);
  const top = checkObject(root, { keys: TOP_KEYS, tell, at: '' });
  const contexts: Record<string, ContextSettings> = {};
  for (const [name, member] of membersOf(top['contexts'])) {
    const isBuiltIn = (BUILT_IN as readonly string[]).includes(name);
    if (isBuiltIn) tell(member, `the context ${name} is built in; this one is passed over`);
    else if (/[/:]/.test(name) || name === '') tell(member, `"${name}" is no name of a context; it is passed over`);
    else if (member.node.kind !== 'object') tell(member, `contexts.${name} must be an object`);
    else {
      const found = checkObject(member.node, { keys: CONTEXT_KEYS, tell, at: `contexts.${name}.` });
      contexts[name] = Object.fromEntries(Object.entries(found).map(([key, one]) => [key, jsonValue(one.node)]));
    }
  }
  const currentContext =
    top['currentContext'] === undefined ? undefined : String(jsonValue(top['currentContext'].node));
  return { currentContext, contexts, defaults: checkDefaults(top['defaults'], tell), warnings };
}

type Tell = (at: { readonly line: number }, text: string) => void;

function checkDefaults(defaults: JsonMember | undefined, tell: Tell): ConfiguredDefaults {
  const found: Record<string, Record<string, unknown>> = {};
  for (const [command, member] of membersOf(defaults)) {
    if (member.node.kind !== 'object') {
      tell(member, `defaults.${command} must be an object of options`);
      continue;
    }
    const options: Record<string, unknown> = {};
    for (const [name, option] of member.node.members) {
      if (NEVER_DEFAULT.has(name))
        tell(option, `defaults.${command}.${name} is passed over: --${name} has to be typed`);
      else options[name] = jsonValue(option.node);
    }
    found[command] = options;
  }
  return found;
}

interface Check {
  readonly keys: Readonly<Record<string, KeySpec>>;
  readonly tell: Tell;
  /** In front of the names, for messages. */
  readonly at: string;
}

/** The members that are known and of the right form. */
function checkObject(node: JsonObject, { keys, tell, at }: Check): Readonly<Record<string, JsonMember>> {
  const good: Record<string, JsonMember> = {};
  for (const [name, member] of node.members) {
    const spec = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (spec === undefined) {
      const similar = mostSimilar(name, Object.keys(keys));
      tell(member, `${at}${name} is not known${similar === undefined ? '' : `: did you mean ${similar}?`}`);
    } else if (!fits(jsonValue(member.node), spec.form)) tell(member, `${at}${name} must be ${formText(spec.form)}`);
    else good[name] = member;
  }
  return good;
}

/** Whether a value has a form. */
export function fits(value: unknown, form: KeyForm): boolean {
  if (form === 'text') return typeof value === 'string' && value !== '';
  if (form === 'flag') return typeof value === 'boolean';
  if (form === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === 'string' && form.includes(value);
}

/** A form for messages. */
export function formText(form: KeyForm): string {
  if (typeof form !== 'string') return form.map((word) => `"${word}"`).join(' or ');
  return { text: 'a text', flag: 'true or false', object: 'an object' }[form];
}

function membersOf(member: JsonMember | undefined): Iterable<readonly [string, JsonMember]> {
  return member?.node.kind === 'object' ? member.node.members : [];
}
