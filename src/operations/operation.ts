/** What an operation is: one call of an API, declared once, as data. Cheap to import: the client and the docs do. */
import type { Members, StructureValue } from '../wire/shape.ts';

export interface Operation<I extends Members = Members, O extends Members = Members> {
  /** AWS's name, case included. */
  readonly name: string;
  /** One sentence for the docs. */
  readonly doc: string;
  readonly input: I;
  /** null: the operation answers with an empty body. */
  readonly output: O | null;
  /** Error names of the API model, sorted. */
  readonly errors: readonly string[];
  /** Present when the answer is an event stream: the event's name and members. */
  readonly event?: { readonly name: string; readonly members: Members };
}

/** Declares an operation; returns its argument, typed exactly. */
export function operation<const O extends Operation>(declaration: O): O {
  return declaration;
}

export type Input<O extends Operation> = StructureValue<O['input']>;
export type Output<O extends Operation> = O['output'] extends Members ? StructureValue<O['output']> : undefined;
