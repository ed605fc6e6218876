/** ${VAR} and ${VAR:-default} in the texts of the agent's file, for those who ask for it with "expandEnv". Pure. */

import type { JsonNode } from '../model/json-with-comments.ts';
import type { ProblemList } from './config-problems.ts';

type Env = Readonly<Record<string, string | undefined>>;

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** The node with its texts expanded; values of addFields keep theirs, which mean something else there. */
export function expandNode(node: JsonNode, env: Env, problems: ProblemList, file: string): JsonNode {
  const expand = (inner: JsonNode, key: string): JsonNode => {
    switch (inner.kind) {
      case 'string':
        return {
          ...inner,
          value: expandText(inner.value, env, (name) =>
            problems.add('ERROR', { file, line: inner.line, key }, unset(name)),
          ),
        };
      case 'array':
        return { ...inner, items: inner.items.map((item, i) => expand(item, `${key}[${i}]`)) };
      case 'object': {
        const members = [...inner.members].map(([name, member]) => {
          const path = key === '' ? name : `${key}.${name}`;
          return [name, name === 'addFields' ? member : { ...member, node: expand(member.node, path) }] as const;
        });
        return { ...inner, members: new Map(members) };
      }
      default:
        return inner;
    }
  };
  return expand(node, '');
}

const unset = (name: string) => `\${${name}} is not set in the environment and has no default`;

function expandText(text: string, env: Env, onUnset: (name: string) => void): string {
  return text.replace(VARIABLE, (whole, name: string, fallback: string | undefined) => {
    const value = env[name] || fallback;
    if (value === undefined) onUnset(name);
    return value ?? whole;
  });
}
