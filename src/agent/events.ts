/** What the agent notices about files and delivery: a component tells, others log and count. */

export type AgentEvent =
  /** The file got shorter or other content; `lostBytes`: what was there, as far as known, and had not been read. */
  | { readonly kind: 'truncated'; readonly path: string; readonly lostBytes: number }
  /** A rotation's copy goes on where a truncated file was left. */
  | { readonly kind: 'copyFound'; readonly path: string; readonly copy: string }
  /** A copy of a file that lives on is left alone. */
  | { readonly kind: 'backupFound'; readonly path: string; readonly original: string }
  | { readonly kind: 'renamed'; readonly from: string; readonly to: string }
  /** A file that was rotated away while nobody looked was found again. */
  | { readonly kind: 'rescued'; readonly from: string; readonly to: string }
  /** A file that was not read to its end is nowhere to be found. */
  | { readonly kind: 'missing'; readonly path: string; readonly bytes: number }
  | { readonly kind: 'denied'; readonly path: string; readonly code: string }
  | { readonly kind: 'requestFailed'; readonly code: string; readonly message: string; readonly action: string }
  /** A request was answered, or had failed without an answer. */
  | { readonly kind: 'request'; readonly records: number; readonly ms: number }
  | { readonly kind: 'throttled'; readonly records: number; readonly of: number }
  | { readonly kind: 'deadLetter'; readonly path: string; readonly start: number; readonly reason: string }
  | { readonly kind: 'recovered' }
  | { readonly kind: 'checkpointFailed'; readonly path: string; readonly code: string }
  | { readonly kind: 'checkpointDamaged'; readonly path: string; readonly entries: number }
  | { readonly kind: 'spooled'; readonly path: string; readonly bytes: number };

/** `flow` is the flow's id; undefined when the event is not of one flow. */
export type AgentEvents = (event: AgentEvent, flow?: string) => void;
