/** A configuration as JSON for people: patterns as they were written, secrets masked. Pure. */
import type { AgentConfig } from './config.ts';

const SECRETS: ReadonlySet<string> = new Set(['secretAccessKey', 'sessionToken']);

/** JSON of two blanks a level. */
export function printedConfig(config: AgentConfig): string {
  return JSON.stringify(config, (name, value: unknown) => shown(name, value), 2);
}

function shown(name: string, value: unknown): unknown {
  if (SECRETS.has(name) && value !== undefined) return '********';
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === 'object' && value !== null && 'regexp' in value && 'source' in value) return value.source;
  return value;
}
