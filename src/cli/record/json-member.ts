/** One member in the text of a JSON object, set or read; every other character stays as it is: numbers stay exact. Pure. */

/** The text with the member set to `value` (JSON itself), or undefined when the text is no JSON object. */
export function withMember(text: string, name: string, value: string): string | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  const place = Object.hasOwn(parsed, name) ? memberPlace(text, name) : undefined;
  if (place !== undefined) return text.slice(0, place.start) + value + text.slice(place.end);
  const end = text.lastIndexOf('}');
  const comma = Object.keys(parsed).length === 0 ? '' : ',';
  return `${text.slice(0, end).trimEnd()}${comma}${JSON.stringify(name)}:${value}${text.slice(end)}`;
}

/** The text of a member's value as it stands there, or undefined without such a member. `text` must be a JSON object. */
export function memberText(text: string, name: string): string | undefined {
  const place = memberPlace(text, name);
  return place === undefined ? undefined : text.slice(place.start, place.end).trim();
}

interface Place {
  readonly start: number;
  readonly end: number;
}

/** Where the value of a member of the outermost object stands: of several with the name the last, which is the one that counts. */
function memberPlace(text: string, name: string): Place | undefined {
  let place: Place | undefined;
  let depth = 0;
  let lastString = '';
  let start = -1;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    if (token === '{' || token === '[') depth++;
    else if (token === ':' && depth === 1) start = JSON.parse(lastString) === name ? index + 1 : -1;
    else if (depth === 1 && (token === ',' || token === '}')) {
      if (start >= 0) place = { start, end: index };
      start = -1;
    }
    if (token === '}' || token === ']') depth--;
    if (token.startsWith('"')) lastString = token;
  }
  return place;
}
