/** The part of JSON Schema that `sluice schema` uses, checked. */

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly pattern?: string;
  readonly format?: string;
}

/** What is wrong with a value, and members that the schema does not know. */
export function schemaFaults(schema: Schema, value: unknown, at = '$'): readonly string[] {
  const faults: string[] = [];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => isOfType(value, type)))
    faults.push(`${at} is no ${types.join(' or ')}`);
  if (typeof value === 'string') {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      faults.push(`${at} is not ${schema.pattern}`);
    if (schema.format === 'date-time' && Number.isNaN(Date.parse(value))) faults.push(`${at} is no date-time`);
  }
  if (Array.isArray(value) && schema.items !== undefined) {
    const { items } = schema;
    return [...faults, ...value.flatMap((one, i) => schemaFaults(items, one, `${at}[${i}]`))];
  }
  if (schema.properties === undefined || !isOfType(value, 'object')) return faults;
  const object = value as Readonly<Record<string, unknown>>;
  for (const name of schema.required ?? []) if (!Object.hasOwn(object, name)) faults.push(`${at}.${name} is missing`);
  for (const [name, member] of Object.entries(object)) {
    const known = schema.properties[name];
    if (known === undefined) faults.push(`${at}.${name} is not in the schema`);
    else faults.push(...schemaFaults(known, member, `${at}.${name}`));
  }
  return faults;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}
