/** What an input leads to: another state, and what is to be done outside of it. Types and small constructors. */
import type { Scene } from './scene.ts';
import type { ScreenState, StateChange } from './state.ts';

export type Effect =
  | { readonly kind: 'quit' }
  /** Prints the line after the screen is gone. */
  | { readonly kind: 'leave'; readonly command: string }
  /** Stops the process, as Ctrl-Z does. */
  | { readonly kind: 'suspend' }
  | { readonly kind: 'repaint' }
  | { readonly kind: 'refresh' }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'export' }
  | { readonly kind: 'doctor' }
  /** Goes to another server. */
  | { readonly kind: 'context'; readonly name: string }
  | { readonly kind: 'create'; readonly stream: string; readonly shards: number }
  | { readonly kind: 'split'; readonly stream: string; readonly shard: number; readonly point: bigint }
  | { readonly kind: 'merge'; readonly stream: string; readonly lower: number; readonly upper: number };

export interface Step {
  readonly state: ScreenState;
  readonly effect?: Effect | undefined;
  /** A key that acts on the new state, as if it were typed. */
  readonly again?: string | undefined;
}

/** What the keys look at beside the state. */
export type World = Omit<Scene, 'state'>;

const MESSAGE_MS = 4_000;

export function changed(state: ScreenState, change: StateChange, effect?: Effect): Step {
  return { state: { ...state, ...change }, effect };
}

/** Says something in the message line for a while. */
export function said(state: ScreenState, text: string, world: Pick<World, 'nowMs'>, isBad = false): Step {
  return { state: { ...state, message: { text, isBad, untilMs: world.nowMs + MESSAGE_MS } } };
}
