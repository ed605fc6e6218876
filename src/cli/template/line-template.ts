/** Templates of lists and documents: `{name} {status|pad:9} {created|ago}\n`, by the names of their columns. Pure. */
import { parseZonedTime } from '../../runtime/calendar.ts';
import type { Place } from '../expression/compare.ts';
import { errorAt } from '../expression/error.ts';
import type { Cell } from '../list-output.ts';
import { mostSimilar } from '../similar.ts';
import { JsonText } from './parts.ts';
import { type Template, type TemplateOptions, templateOf } from './template.ts';

/** Reads a template once; `names` are those a row has. @throws {CliError} with the place of what is wrong. */
export function parseLineTemplate(
  text: string,
  names: readonly string[],
  options: TemplateOptions,
): Template<Readonly<Record<string, Cell>>> {
  return templateOf(text, options, (name, place, asMs) => {
    if (!names.includes(name)) throw noField(name, names, place);
    return (row) => cellValue(row[name], asMs);
  });
}

function cellValue(cell: Cell | undefined, asMs: boolean): unknown {
  if (Array.isArray(cell)) return cell.join(',');
  if (typeof cell === 'object' && cell !== null) return new JsonText(JSON.stringify(cell));
  return asMs && typeof cell === 'string' ? (parseZonedTime(cell) ?? cell) : cell;
}

function noField(name: string, names: readonly string[], { text, at }: Place): Error {
  const similar = mostSimilar(name, names);
  const hint = similar === undefined ? `there are ${names.join(', ')}` : `did you mean "${similar}"?`;
  return errorAt(text, at, `there is no field "${name}"; ${hint}`);
}
