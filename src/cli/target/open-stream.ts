/** A stream as a person named it, together with the server that has it. */
import type { Client } from '../../client/client.ts';
import type { StreamRef } from '../../client/stream-ref.ts';
import type { Context } from '../context.ts';
import type { Target } from './target.ts';

export interface OpenStream {
  readonly context: Context;
  /** As typed: what messages and commands to repeat call it. */
  readonly name: string;
  /** Its name on the server, without a context. */
  readonly streamName: string;
  /** How calls name it. */
  readonly ref: StreamRef;
  readonly target: Target;
  /** The same one for every stream of a target. */
  readonly client: Client;
}
