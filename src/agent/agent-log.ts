/** What the agent notices, as lines for operators. A line that says the same again is told once a minute, with a count. */
import type { Clock } from '../runtime/clock.ts';
import type { Logger, LogLevel } from '../runtime/logger.ts';
import type { AgentEvent, AgentEvents } from './events.ts';

const REPEAT_MS = 60_000;

interface Line {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Events as lines of a logger. */
export function loggedEvents(
  logger: Logger,
  clock: Pick<Clock, 'monotonic'>,
  /** Also each request, at level debug. */
  requests = false,
): AgentEvents {
  const told = new Map<string, { atMs: number; withheld: number }>();
  return (event, flow) => {
    const { level, message, fields } = eventLine(event);
    if (event.kind === 'request') {
      if (requests) logger.log(level, message, { ...(flow === undefined ? {} : { flow }), ...fields });
      return;
    }
    const nowMs = clock.monotonic();
    const subject = 'path' in event ? event.path : 'from' in event ? event.from : 'code' in event ? event.code : '';
    const key = `${event.kind} ${flow ?? ''} ${subject}`;
    const before = told.get(key);
    if (before !== undefined && nowMs - before.atMs < REPEAT_MS) {
      before.withheld++;
      return;
    }
    const times = before === undefined || before.withheld === 0 ? {} : { times: before.withheld + 1 };
    told.set(key, { atMs: nowMs, withheld: 0 });
    if (told.size > 1_000) forget(told, nowMs);
    logger.log(level, message, { ...(flow === undefined ? {} : { flow }), ...fields, ...times });
  };
}

function forget(told: Map<string, { atMs: number }>, nowMs: number): void {
  for (const [key, { atMs }] of told) if (nowMs - atMs >= REPEAT_MS) told.delete(key);
}

/** One event for people. */
function eventLine(event: AgentEvent): Line {
  const { kind, ...fields } = event;
  const line = (level: LogLevel, message: string): Line => ({ level, message, fields });
  switch (kind) {
    case 'truncated':
      return line('warn', 'a file was truncated: reading it from its beginning');
    case 'copyFound':
      return line('info', 'a file was copied and truncated: its copy is read to the end');
    case 'backupFound':
      return line('info', 'a copy of a file that lives on is left alone');
    case 'renamed':
      return line('info', 'a file was renamed');
    case 'rescued':
      return line('info', 'a file that was rotated away was found again');
    case 'missing':
      return line('warn', 'a file is gone that was not read to its end');
    case 'denied':
      return line('warn', 'may not be read; trying again');
    case 'requestFailed':
      return line('warn', 'a request failed');
    case 'request':
      return line('debug', 'request');
    case 'throttled':
      return line('debug', 'the stream throttles');
    case 'deadLetter':
      return line('error', 'a record was refused and set aside');
    case 'recovered':
      return line('info', 'requests succeed again');
    case 'checkpointFailed':
      return line('error', 'the checkpoint cannot be written; delivery goes on');
    case 'checkpointDamaged':
      return line('error', 'the checkpoint file is damaged: what is in doubt is sent again');
    case 'spooled':
      return line('info', 'bytes of a vanishing file were kept aside');
  }
}
