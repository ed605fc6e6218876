/** Exit codes by name: a published table, printed by `sluice help exit-codes`. 64 to 69 and 71 to 77 stay free. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  partial: 3,
  auth: 4,
  notFound: 5,
  conflict: 6,
  limit: 7,
  unreachable: 8,
  declined: 9,
  empty: 10,
  checkFailed: 11,
  trimmed: 12,
  bug: 70,
  config: 78,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One line a code, in the order they are printed. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT.ok, 'done; also when the reader of the output went away'],
  [EXIT.failed, 'the operation failed, no finer class'],
  [EXIT.usage, 'unknown command or option, bad value, a question that could not be asked'],
  [EXIT.partial, 'some records were not written after all attempts'],
  [EXIT.auth, 'credentials missing, expired or refused'],
  [EXIT.notFound, 'no such stream, shard, consumer, context, file or running server'],
  [EXIT.conflict, 'exists already, in use, or in a state that does not allow it'],
  [EXIT.limit, 'throttled or over a limit after all attempts'],
  [EXIT.unreachable, 'no answer: refused, no such host, timeout'],
  [EXIT.declined, 'the question was answered with no'],
  [EXIT.empty, '--exit-empty: nothing matched'],
  [EXIT.checkFailed, '--check, --expect or doctor: what was looked at is not as it should be'],
  [EXIT.trimmed, '--strict: what was asked for is older than the stream keeps, or is lost'],
  [EXIT.bug, 'a fault of sluice itself: please report it'],
  [EXIT.config, 'the configuration of the agent is refused'],
  [EXIT.interrupted, 'interrupted by Ctrl-C before the work was complete'],
  [EXIT.terminated, 'terminated (SIGTERM, SIGHUP) before the work was complete'],
];
