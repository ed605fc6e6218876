/** How far a put is, for people a bar on stderr, for programs a line of JSON every ten seconds. */
import { SECOND_MS } from '../../model/time.ts';
import { isoTime } from '../../runtime/calendar.ts';
import type { Context } from '../context.ts';
import { noProgress } from '../progress.ts';
import { durationText, grouped, sizeText } from '../values.ts';

/** What is known at one time. */
export interface PutState {
  readonly records: number;
  readonly bytes: number;
  readonly failed: number;
  readonly elapsedMs: number;
  /** Of the whole, 0 to 1; undefined when the whole is not known. */
  readonly share: number | undefined;
}

const BAR_MS = 200;
const LINE_MS = 10_000;
const BAR_CELLS = 20;

/** Shows it until the returned function is called. */
export function showProgress(context: Context, state: () => PutState): () => void {
  const stopped = new AbortController();
  const every = async (ms: number, show: () => void) => {
    for (;;) {
      await context.clock.sleep(ms, stopped.signal);
      show();
    }
  };
  const asJson = context.global.logFormat === 'json';
  const progress = asJson ? noProgress : context.progress('');
  if (asJson) every(LINE_MS, () => context.err(progressLine(state(), context.clock.now()))).catch(() => undefined);
  else if (progress !== noProgress) every(BAR_MS, () => progress.say(barText(state()))).catch(() => undefined);
  return () => {
    stopped.abort();
    progress.stop();
  };
}

/** `███░░░  43 %  12,345 records  2.4 MB  9,800/s  ETA 12.0 s`. */
export function barText({ records, bytes, failed, elapsedMs, share }: PutState): string {
  const rate = ratePerSecond(records, elapsedMs);
  const known = share === undefined ? [] : [`${bar(share)} ${String(Math.floor(100 * share)).padStart(3)} %`];
  const left = etaMs(share, elapsedMs);
  return [
    ...known,
    `${grouped(records)} records`,
    sizeText(bytes),
    `${grouped(rate)}/s`,
    ...(failed === 0 ? [] : [`${grouped(failed)} failed`]),
    ...(left === undefined ? [] : [`ETA ${durationText(left)}`]),
  ].join('  ');
}

/** The same as one JSON object; without what is not known. */
export function progressLine(state: PutState, nowMs: number): string {
  const { records, bytes, failed, elapsedMs, share } = state;
  const perSecond = ratePerSecond(records, elapsedMs);
  const times = { elapsedMs: Math.round(elapsedMs), etaMs: etaMs(share, elapsedMs) };
  const line = { time: isoTime(nowMs), level: 'info', message: 'progress', records, bytes, failed, perSecond, share };
  return JSON.stringify({ ...line, ...times });
}

function bar(share: number): string {
  const full = Math.round(share * BAR_CELLS);
  return '█'.repeat(full) + '░'.repeat(BAR_CELLS - full);
}

function ratePerSecond(records: number, elapsedMs: number): number {
  return Math.round((records * SECOND_MS) / Math.max(1, elapsedMs));
}

/** Undefined before anything is known of the speed. */
function etaMs(share: number | undefined, elapsedMs: number): number | undefined {
  if (share === undefined || share <= 0 || elapsedMs < SECOND_MS) return undefined;
  return Math.round((elapsedMs / share) * (1 - share));
}
