/** An HTTP server as the destination of a replay: POSTs batches one after the other, each again until it is taken. */
import Pool from 'undici/lib/dispatcher/pool.js';
import { UnreachableError } from '../../client/client-error.ts';
import { exchange } from '../../client/http.ts';
import { retryDelayMs } from '../../client/retry.ts';
import { REPLAY_POST_ATTEMPTS, REPLAY_POST_BYTES_MAX, REPLAY_POST_RECORDS_MAX } from '../../model/limits.ts';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import type { RecordWriter, Sighting } from '../record/output.ts';
import { durationText, grouped, sizeText } from '../values.ts';
import type { Destination, OnArrived } from './destination.ts';

const LINGER_MS = 20;
const TIMEOUT_MS = 30_000;
/** Answers that may be others the next time. */
const RETRIED_STATUS = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface HttpDestinationOptions {
  readonly url: URL;
  readonly writer: RecordWriter;
  readonly contentType: string;
  readonly onArrived: OnArrived;
}

/** At least once: a batch whose answer was lost is sent again. The connection is closed by `finish`. */
export function httpDestination(context: Context, options: HttpDestinationOptions): Destination {
  const poster = new Poster(context, options);
  return {
    write: (sighting) => poster.write(sighting),
    flush: () => poster.flush(),
    finish: () => poster.finish(),
  };
}

interface Batch {
  readonly pieces: Uint8Array[];
  readonly shardIds: string[];
  readonly numbers: string[];
  bytes: number;
}

class Poster {
  readonly #context: Context;
  readonly #options: HttpDestinationOptions;
  readonly #pool: Pool;
  readonly #started: number;
  #batch: Batch = emptyBatch();
  /** The last request of those under way and waiting. */
  #sending: Promise<void> = Promise.resolve();
  #failure: unknown;
  #lingering = false;
  #records = 0;
  #bytes = 0;
  #retried = 0;

  constructor(context: Context, options: HttpDestinationOptions) {
    this.#context = context;
    this.#options = options;
    this.#pool = new Pool(options.url.origin, { connections: 1, pipelining: 1 });
    this.#started = context.clock.monotonic();
  }

  write(sighting: Sighting): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    const written = this.#options.writer(sighting);
    const piece = typeof written === 'string' ? Buffer.from(written) : written;
    const batch = this.#batch;
    batch.pieces.push(piece);
    batch.bytes += piece.length;
    batch.shardIds.push(sighting.shardId);
    batch.numbers.push(sighting.record.sequenceNumber);
    if (batch.pieces.length >= REPLAY_POST_RECORDS_MAX || batch.bytes >= REPLAY_POST_BYTES_MAX) {
      const before = this.#sending;
      this.#send();
      return before;
    }
    if (!this.#lingering) this.#linger();
    return undefined;
  }

  async flush(): Promise<void> {
    this.#send();
    await this.#sending;
  }

  async finish(): Promise<void> {
    await this.#pool.close();
    const took = durationText(this.#context.clock.monotonic() - this.#started);
    const retried = this.#retried === 0 ? '' : `  ${grouped(this.#retried)} retried`;
    this.#context.note(`${grouped(this.#records)} records  ${sizeText(this.#bytes)}${retried}  ${took}`);
  }

  #linger(): void {
    this.#lingering = true;
    void this.#context.clock.sleep(LINGER_MS).then(() => {
      this.#lingering = false;
      this.#send();
    });
  }

  #send(): void {
    const batch = this.#batch;
    if (batch.pieces.length === 0) return;
    this.#batch = emptyBatch();
    this.#sending = this.#sending.then(() => this.#post(batch));
    // Told by the next write or flush.
    this.#sending.catch((error: unknown) => {
      this.#failure = error;
    });
  }

  async #post(batch: Batch): Promise<void> {
    const { clock, random, global } = this.#context;
    const { url, contentType, onArrived } = this.#options;
    const body = Buffer.concat(batch.pieces);
    const headers: Record<string, string> = { host: url.host, 'content-type': contentType };
    if (url.username !== '') headers['authorization'] = basicAuthorization(url);
    const request = { path: url.pathname + url.search, headers, body, timeoutMs: global.timeout ?? TIMEOUT_MS };
    const attemptsMax = global.maxAttempts ?? REPLAY_POST_ATTEMPTS;
    for (let attempt = 1; ; attempt++) {
      const answer = await exchange(this.#pool, url.origin, request).catch((error: unknown) => error);
      const failure = failureOf(answer, url);
      if (failure === undefined) break;
      if (attempt >= attemptsMax || !failure.again) throw failure.error;
      this.#retried++;
      await clock.sleep(retryDelayMs(attempt, random.fraction()));
    }
    this.#records += batch.pieces.length;
    this.#bytes += batch.bytes;
    for (const [i, shardId] of batch.shardIds.entries()) onArrived(shardId, batch.numbers[i]!);
  }
}

function emptyBatch(): Batch {
  return { pieces: [], shardIds: [], numbers: [], bytes: 0 };
}

function basicAuthorization({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** Why an exchange did not do, and whether it may the next time. */
function failureOf(answer: unknown, url: URL): { readonly error: Error; readonly again: boolean } | undefined {
  const where = `${url.origin}${url.pathname}`;
  if (answer instanceof UnreachableError) {
    const { code } = answer;
    return { error: new CliError(`no answer from ${where}`, { exit: EXIT.unreachable, code }), again: true };
  }
  if (answer instanceof Error) return { error: answer, again: false };
  const { status } = answer as { readonly status: number };
  if (status >= 200 && status < 300) return undefined;
  const exit = status === 429 ? EXIT.limit : status === 401 || status === 403 ? EXIT.auth : EXIT.failed;
  const error = new CliError(`${where} answered ${status}`, { exit, code: `Http${status}` });
  return { error, again: RETRIED_STATUS.has(status) };
}
