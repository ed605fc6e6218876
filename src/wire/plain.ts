/** The code's values of a shape into values that JSON and CBOR encoders take: the way back of coerce.ts. Pure. */
import type { Forms } from './coerce.ts';
import type { Members, Shape } from './shape.ts';

/** The declared members that are present, in the order of the declaration. Trusts the types: checks nothing. */
export function plainMembers(members: Members, value: Readonly<Record<string, unknown>>, forms: Forms) {
  const result: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(members)) {
    const present = value[name];
    if (present !== undefined) result[name] = plain(member, present, forms);
  }
  return result;
}

function plain(shape: Shape, value: unknown, forms: Forms): unknown {
  switch (shape.kind) {
    case 'structure':
      return plainMembers(shape.members, value as Record<string, unknown>, forms);
    case 'list':
      return (value as readonly unknown[]).map((item) => plain(shape.member, item, forms));
    case 'blob':
      return forms.blobTo(value as Uint8Array);
    case 'timestamp':
      return forms.timestampTo(value as number);
    default:
      return value;
  }
}
