/** Paths into the JSON of records, for `--select .<Tab>`: what those seen lately have in them. Pure. */

export interface SeenField {
  /** `.user.id`, as --select has it. */
  readonly path: string;
  /** `text`, `number` and the like. */
  readonly kind: string;
}

const DEPTH_MAX = 4;
const FIELDS_MAX = 200;
/** What needs no quotes in a path. */
const NAME = /^[A-Za-z_$][\w$-]*$/;

/** The fields of some values, each once, in the order seen. What is no object has none. */
export function fieldsIn(values: readonly unknown[]): readonly SeenField[] {
  const fields = new Map<string, SeenField>();
  for (const value of values) for (const field of fieldsOf(value, '', 0)) fields.set(field.path, field);
  return [...fields.values()].slice(0, FIELDS_MAX);
}

function* fieldsOf(value: unknown, above: string, depth: number): Generator<SeenField> {
  if (typeof value !== 'object' || value === null || depth === DEPTH_MAX) return;
  const steps = Array.isArray(value) ? Object.keys(value).slice(0, 1) : Object.keys(value);
  for (const step of steps) {
    const inBrackets = `${above === '' ? '.' : above}[${Array.isArray(value) ? step : JSON.stringify(step)}]`;
    const path = !Array.isArray(value) && NAME.test(step) ? `${above}.${step}` : inBrackets;
    const item = (value as Readonly<Record<string, unknown>>)[step];
    yield { path, kind: kindOf(item) };
    yield* fieldsOf(item, path, depth + 1);
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'text';
  return typeof value === 'boolean' ? 'true or false' : typeof value;
}
