/** The JSON Schema of the file of settings, made from its keys and from the table of commands. Pure. */
import type { CommandSpec, OptionSpec } from '../command-spec.ts';
import { globalOptions } from '../global-options.ts';
import { CONTEXT_KEYS, type KeyForm, type KeySpec, NEVER_DEFAULT, TOP_KEYS } from './keys.ts';

type Schema = Readonly<Record<string, unknown>>;

/** As editors read it (draft 2020-12). */
export function configSchema(commands: readonly CommandSpec[]): Schema {
  const contexts = { ...ofKeys(CONTEXT_KEYS), additionalProperties: false };
  const defaults = Object.fromEntries(commands.map((spec) => [spec.path, ofOptions(spec)]));
  const top = ofKeys(TOP_KEYS);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of sluice',
    type: 'object',
    additionalProperties: false,
    properties: {
      ...top.properties,
      $schema: { type: 'string' },
      contexts: { type: 'object', description: TOP_KEYS['contexts']!.doc, additionalProperties: contexts },
      defaults: {
        type: 'object',
        description: TOP_KEYS['defaults']!.doc,
        properties: defaults,
        additionalProperties: false,
      },
      keys: {
        type: 'object',
        description: TOP_KEYS['keys']!.doc,
        additionalProperties: { type: ['string', 'array'], items: { type: 'string' } },
      },
      completion: { type: 'object', properties: { network: { type: 'boolean' } } },
    },
  };
}

function ofKeys(keys: Readonly<Record<string, KeySpec>>) {
  const properties = Object.entries(keys).map(([name, { form, doc }]) => [name, { ...ofForm(form), description: doc }]);
  return { type: 'object', properties: Object.fromEntries(properties) as Readonly<Record<string, Schema>> };
}

function ofForm(form: KeyForm): Schema {
  if (typeof form !== 'string') return { enum: form };
  return { type: { text: 'string', flag: 'boolean', object: 'object' }[form] };
}

function ofOptions(spec: CommandSpec): Schema {
  const all: Readonly<Record<string, OptionSpec>> = { ...globalOptions, ...spec.options };
  const properties = Object.entries(all)
    .filter(([name]) => !NEVER_DEFAULT.has(name))
    .map(([name, option]) => [name, { ...ofOption(option), description: option.doc }]);
  return {
    type: 'object',
    description: spec.summary,
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

function ofOption({ choices, counts, default: fallback, many }: OptionSpec): Schema {
  if (choices !== undefined) return { enum: choices };
  if (counts) return { type: 'integer', minimum: 0 };
  if (typeof fallback === 'boolean') return { type: 'boolean' };
  return { type: many ? ['string', 'array'] : ['string', 'number'] };
}
