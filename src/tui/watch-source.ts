/** Keeps observations coming: from the daemon's metrics where it tells them, else by reading; again and again after failures. */
import { UnreachableError } from '../client/client-error.ts';
import type { Clock } from '../runtime/clock.ts';
import { SluiceError } from '../runtime/sluice-error.ts';
import type { Observation } from './figures.ts';
import { NoMetricsError, observeDaemon } from './observe-daemon.ts';
import { reasonOf } from './peek-reader.ts';
import type { Link } from './scene.ts';

export interface WatchOptions {
  readonly endpoint: string;
  /** Of ~/.aws, where one was chosen. */
  readonly profile: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Asked before each connection; a change takes effect with the next one. */
  readonly intervalMs: () => number;
  /** Fires when the connection is to be made anew at once. */
  readonly renewal: () => AbortSignal;
  /** How a server is watched that tells no metrics. */
  readonly poll: (signal: AbortSignal) => AsyncIterable<Observation>;
  readonly onObservation: (observation: Observation) => void;
  readonly onLink: (link: Link) => void;
}

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 5_000;
/** AWS has no such path: it is not asked. */
const AWS_HOST = /\.amazonaws\.com(\.cn)?$|\.api\.aws$/;

/** Returns when the signal fires. */
export async function watchSource(options: WatchOptions): Promise<void> {
  const { clock, signal, onLink, endpoint } = options;
  let polls = AWS_HOST.test(new URL(endpoint).hostname);
  let sinceMs: number | undefined;
  let retryMs = RETRY_MS_MIN;
  while (!signal.aborted) {
    const renewal = options.renewal();
    const both = AbortSignal.any([signal, renewal]);
    try {
      const source = polls
        ? options.poll(both)
        : observeDaemon({ endpoint, intervalMs: options.intervalMs(), signal: both });
      for await (const observation of source) {
        sinceMs = undefined;
        retryMs = RETRY_MS_MIN;
        options.onObservation(observation);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (renewal.aborted) continue;
      if (error instanceof NoMetricsError && !polls) {
        polls = true;
        continue;
      }
      sinceMs ??= clock.now();
      const login = loginLines(error, options.profile);
      onLink({ state: 'lost', sinceMs, retryAtMs: clock.now() + retryMs, reason: linkReason(error), login });
      await clock.sleep(retryMs, both).catch(() => undefined);
      retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
    }
  }
}

/** Why there are no figures, with the command that helps where there is one. */
export function linkReason(error: unknown): string {
  if (error instanceof UnreachableError) return `${error.endpoint} does not answer (${error.code})`;
  const reason = reasonOf(error);
  if (isRefused(error)) return `the credentials have expired or are refused (${reason})`;
  return `no figures (${reason})`;
}

/** What the API and the credential chain say of credentials that do not do. */
const REFUSED =
  /^(ExpiredToken|ExpiredTokenException|UnrecognizedClientException|InvalidSignatureException|IncompleteSignature|MissingAuthenticationToken.*|SLUICE_CREDENTIALS.*)$/;

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && REFUSED.test(String(error.code));
}

/** What to type so that the credentials do again; undefined where they are not what is wrong. */
export function loginLines(error: unknown, profile: string | undefined): readonly string[] | undefined {
  if (!isRefused(error)) return undefined;
  if (error instanceof SluiceError && error.hints.length > 0) return [error.message, ...error.hints];
  const option = profile === undefined ? '' : ` --profile ${profile}`;
  return [
    `Log in again:  aws sso login${option}`,
    'or set new keys where these came from: sluice context show --explain',
  ];
}
