/** What a template can name of a record. Pure. */
import type { Place } from '../expression/compare.ts';
import { errorAt } from '../expression/error.ts';
import { parsePath } from '../expression/path.ts';
import { FIELDS, memberOf } from '../record/fields.ts';
import { textAt } from '../record/json-text.ts';
import type { Sighting } from '../record/output.ts';
import { payloadOf } from '../record/payload.ts';
import { mostSimilar } from '../similar.ts';
import { shortShard } from '../values.ts';
import { JsonText } from './parts.ts';

const NAMES = [...FIELDS.filter((name) => name !== 'enc'), 'shard.short'];

/** The value of a name or of a path into the data; `asMs`: times as milliseconds, for a filter that counts with them. */
export function fieldOf(name: string, place: Place, asMs: boolean): (sighting: Sighting) => unknown {
  if (name === 'data') return ({ record }) => record.data;
  if (name === 'shard.short') return ({ shardId }) => shortShard(shardId);
  if (name === 'time' && asMs) return ({ record }) => record.arrivalMs;
  if (NAMES.includes(name)) return (sighting) => memberOf(sighting, name);
  if (name.startsWith('data.') || name.startsWith('data[')) return dataField(name.slice('data'.length));
  if (name.startsWith('.')) return dataField(name);
  const similar = mostSimilar(name, NAMES);
  const hint = similar === undefined ? 'a brace by itself is written {{' : `did you mean "${similar}"?`;
  throw errorAt(place.text, place.at, `there is no field "${name}"; ${hint}`);
}

/** Numbers as they were written. */
function dataField(text: string): (sighting: Sighting) => unknown {
  const path = parsePath(text.startsWith('.') ? text : `.${text}`);
  return (sighting) => {
    const payload = payloadOf(sighting);
    const json = payload.json === undefined ? undefined : textAt(payload.text!, path);
    if (json === undefined || json === 'null') return undefined;
    return json.startsWith('"') ? JSON.parse(json) : new JsonText(json);
  };
}
