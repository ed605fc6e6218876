/** JSON as Kinesis Agent's printer (Jackson) writes it, compact and pretty, so that records are the same bytes. Pure. */
import type { JsonNode } from '../model/json-with-comments.ts';

/** A member's name and its value, as JSON. */
export type JsonEntry = readonly [name: string, value: JsonNode];

/** A quoted text: control characters in upper-case hexadecimal, everything else as it is. */
export function quoted(text: string): string {
  const json = JSON.stringify(text);
  // Of what JSON.stringify escapes as \u00.., only the last digit can be a letter. Pairs of backslashes are passed over.
  return json.includes('\\u00') ? json.replace(/\\(?:u00[01][a-f]|.)/g, upperHex) : json;
}

function upperHex(escaped: string): string {
  return escaped.length === 6 ? `\\u${escaped.slice(2).toUpperCase()}` : escaped;
}

/** A node on one line, members in the order they have. */
export function compactText(node: JsonNode): string {
  switch (node.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return quoted(node.value);
    case 'array':
      return `[${node.items.map(compactText).join(',')}]`;
    case 'object':
      return `{${[...node.members].map(([name, member]) => `${quoted(name)}:${compactText(member.node)}`).join(',')}}`;
  }
}

/** A node with two blanks a level, blanks around colons, and arrays on one line. */
function prettyText(node: JsonNode, indent = ''): string {
  if (node.kind === 'array') {
    return node.items.length === 0 ? '[ ]' : `[ ${node.items.map((item) => prettyText(item, indent)).join(', ')} ]`;
  }
  if (node.kind !== 'object') return compactText(node);
  if (node.members.size === 0) return '{ }';
  const inner = `${indent}  `;
  const lines = [...node.members].map(
    ([name, member]) => `${inner}${quoted(name)} : ${prettyText(member.node, inner)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** An object of these members; of a name given twice, the first place and the last value. */
export function objectText(entries: readonly JsonEntry[], pretty: boolean): string {
  const members = new Map(entries.map(([name, node]) => [name, { line: 0, node }]));
  const object: JsonNode = { kind: 'object', line: 0, members };
  return pretty ? prettyText(object) : compactText(object);
}

/**
 * A printer of objects that all have these members: it is given the JSON of the i-th value. Of a name given twice, the
 * first place and the last value.
 */
export function flatPrinter(names: readonly string[], pretty: boolean): (value: (index: number) => string) => string {
  const indices = [...new Map(names.map((name, i) => [name, i])).values()];
  const heads = indices.map((i) => (pretty ? `\n  ${quoted(names[i]!)} : ` : `${quoted(names[i]!)}:`));
  const end = pretty && names.length > 0 ? '\n}' : pretty ? ' }' : '}';
  return (value) => {
    let text = '{';
    for (let i = 0; i < heads.length; i++) text += `${i === 0 ? '' : ','}${heads[i]}${value(indices[i]!)}`;
    return text + end;
  };
}

/** A text as a node of no place. */
export const textNode = (value: string): JsonNode => ({ kind: 'string', line: 0, value });
