/** Parts of the data in place of the whole: `--select .host,.msg`. Pure. */
import { type Path, parsePaths } from '../expression/path.ts';
import { textAt } from './json-text.ts';
import type { Payload } from './payload.ts';

export interface Selection {
  readonly path: Path;
  /** The path without its first dot: a name for columns and members. */
  readonly name: string;
}

/** The parts a text asks for. @throws {CliError} with the place. */
export function parseSelection(text: string): readonly Selection[] {
  return parsePaths(text).map(({ path, text: whole }) => ({ path, name: whole.slice(1) || 'data' }));
}

/** The part as JSON, as it was written; undefined when the data have none. */
export function selectedJson(payload: Payload, { path }: Selection): string | undefined {
  return payload.json === undefined ? undefined : textAt(payload.text!, path)?.replace(/[\r\n]+/g, ' ');
}

/** The part as people read it: a text without its quotes, nothing for null and for what is not there. */
export function selectedText(payload: Payload, selection: Selection): string {
  const json = selectedJson(payload, selection);
  if (json === undefined || json === 'null') return '';
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
