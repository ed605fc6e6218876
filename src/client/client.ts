/**
 * The client of Kinesis and Firehose: any declared operation against any endpoint, AWS JSON 1.1 over HTTP/1.1 with
 * keep-alive, signed, and called again while that can help.
 */
import { isAscii } from 'node:buffer';
import { setMaxListeners } from 'node:events';
import { CLIENT_CONNECTIONS_MAX, PLAIN_CALLS_MAX } from '../model/limits.ts';
import type { Input, Operation, Output } from '../operations/operation.ts';
import { epochOfHttpDate } from '../runtime/calendar.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Random } from '../runtime/random.ts';
import { coerceJson, encodeJson } from '../wire/json.ts';
import { ClientError } from './client-error.ts';
import { type CredentialSource, type Credentials, sameCredentials } from './credentials.ts';
import type { Network } from './dispatcher.ts';
import type { Carrier, HttpAnswer } from './http.ts';
import { openCalls } from './plain-calls.ts';
import { needsDispatcher } from './proxy.ts';
import { isExpiry, retryDelayMs, shouldRetry } from './retry.ts';
import { signedHeaders, unsignedHeaders } from './sign.ts';

/** The service by its signing name, and what its operations are called by. */
const TARGET_PREFIXES = { kinesis: 'Kinesis_20131202', firehose: 'Firehose_20150804' } as const;

export interface ClientOptions {
  /** Whose operations are called; Kinesis when it is not said. */
  readonly service?: keyof typeof TARGET_PREFIXES | undefined;
  /** `http://host:port` or `https://host`. */
  readonly endpoint: string;
  readonly region: string;
  /** Fixed, or a provider that is asked before every attempt and again when the server says that they ran out. */
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a server may keep silent in one attempt. */
  readonly timeoutMs: number;
  /** At least 1. */
  readonly attemptsMax: number;
  /** Tells of every attempt that failed and is made again. */
  readonly onRetry?: ((operation: string, error: unknown) => void) | undefined;
  /** Called before every call with the operation's name; what it throws, the caller gets instead of the call. */
  readonly onCall?: ((operation: string) => void | Promise<void>) | undefined;
  /** Where proxies and trusted certificates are named (HTTPS_PROXY, NO_PROXY, AWS_CA_BUNDLE); none unless given. */
  readonly env?: Network['env'] | undefined;
  /** Tells of every request and answer as lines with their headers; what is secret in them is masked. */
  readonly onWire?: ((line: string) => void) | undefined;
  /** What the program calls itself; it says nothing unless given. */
  readonly userAgent?: string | undefined;
  /** How many calls with TLS go over node:https before undici's pool is loaded; PLAIN_CALLS_MAX unless given. */
  readonly plainCallsMax?: number | undefined;
  /** Carries the requests instead of a pool of its own; the caller closes it. */
  readonly carrier?: Carrier | undefined;
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's own bound. */
  readonly attemptsMax?: number | undefined;
  /**
   * Gets the body of a good answer as it comes; the answer is then empty. No more is read while a returned promise is
   * open. Such calls last, so each has a connection of its own.
   */
  readonly onData?: ((piece: Uint8Array) => Promise<void> | undefined) | undefined;
  /** The body is CBOR, and so will the answer be, if the server knows it. */
  readonly isCbor?: boolean | undefined;
  /** The server says that it checks no signature: none is calculated. */
  readonly isUnsigned?: boolean | undefined;
}

const CBOR = 'application/x-amz-cbor-1.1';

export class Client {
  readonly endpoint: string;
  readonly #options: ClientOptions;
  readonly #host: string;
  /** Without TLS calls go plainly, with it the first ones; the others over the pool, answers that last over connections of their own. */
  readonly #carriers: {
    given?: Carrier;
    plain?: Promise<Carrier>;
    pool?: Promise<Carrier>;
    lasting?: Promise<Carrier>;
  };
  #plainCallsLeft: number;
  #answered = false;

  /** No connection is made before the first call. */
  constructor(options: ClientOptions) {
    const url = new URL(options.endpoint);
    this.endpoint = url.origin;
    this.#host = url.host;
    this.#options = options;
    const { carrier, env = {}, plainCallsMax = PLAIN_CALLS_MAX } = options;
    this.#carriers = carrier === undefined ? {} : { given: carrier };
    const isSecure = url.protocol === 'https:';
    this.#plainCallsLeft = needsDispatcher(this.endpoint, env) ? 0 : isSecure ? plainCallsMax : Infinity;
  }

  /**
   * Calls an operation and gives its answer.
   * @throws {ClientError} for an error of the server, {UnreachableError} without an answer, after the last attempt.
   */
  async call<O extends Operation>(operation: O, input: Input<O>, options: CallOptions = {}): Promise<Output<O>> {
    const answer = await this.send(operation.name, encodeJson(operation.input, input), options);
    return (operation.output === null ? undefined : coerceJson(operation.output, parsedAnswer(answer))) as Output<O>;
  }

  /** As `call`, for those who write a request and read its answer themselves: JSON in, JSON out, or both in CBOR. */
  async send(operation: string, body: Uint8Array, options: CallOptions = {}): Promise<Uint8Array> {
    const { clock, random, onCall } = this.#options;
    const attemptsMax = options.attemptsMax ?? this.#options.attemptsMax;
    // Many calls may share a signal: that is no leak.
    if (options.signal !== undefined) setMaxListeners(0, options.signal);
    if (onCall !== undefined) await onCall(operation);
    let credentials = await this.#credentials();
    let isRenewed = false;
    for (let number = 1; ; number++) {
      try {
        return await this.#attempt({ operation, body, credentials, options });
      } catch (error) {
        const fresh = isRenewed || !isExpiry(error) ? credentials : await this.#credentials(credentials);
        if (!sameCredentials(fresh, credentials)) {
          this.#options.onRetry?.(operation, error);
          credentials = fresh;
          isRenewed = true;
          continue;
        }
        if (!shouldRetry(error, { number, attemptsMax, answeredBefore: this.#answered })) throw error;
        this.#options.onRetry?.(operation, error);
        await clock.sleep(retryDelayMs(number, random.fraction()), options.signal);
        credentials = await this.#credentials();
      }
    }
  }

  /** Waits for calls under way, then closes the connections. */
  async close(): Promise<void> {
    const { plain, pool, lasting } = this.#carriers;
    for (const opened of [lasting, pool, plain]) await (await opened?.catch(() => undefined))?.close();
  }

  async #credentials(refused?: Credentials): Promise<Credentials> {
    const { credentials } = this.#options;
    return typeof credentials === 'function' ? credentials(refused) : credentials;
  }

  #carrier(isLasting: boolean): Carrier | Promise<Carrier> {
    const carriers = this.#carriers;
    if (carriers.given !== undefined) return carriers.given;
    if (isLasting) {
      carriers.lasting ??= this.#openPool(null);
      return carriers.lasting;
    }
    if (this.#plainCallsLeft > 0) {
      this.#plainCallsLeft -= 1;
      carriers.plain ??= openCalls(this.endpoint, CLIENT_CONNECTIONS_MAX);
      return carriers.plain;
    }
    carriers.pool ??= this.#openPool(CLIENT_CONNECTIONS_MAX);
    return carriers.pool;
  }

  async #openPool(connections: number | null): Promise<Carrier> {
    const { env, timeoutMs: connectMs } = this.#options;
    const { openPoolCalls } = await import('./pool-calls.ts');
    return openPoolCalls(this.endpoint, { env, connectMs, connections });
  }

  async #attempt({ operation, body, credentials, options }: Attempted): Promise<Uint8Array> {
    const { service = 'kinesis', region, clock, timeoutMs, onWire, userAgent } = this.#options;
    const { signal, onData, isCbor = false, isUnsigned = false } = options;
    const carrier = await this.#carrier(onData !== undefined);
    const unsigned = {
      host: this.#host,
      'content-type': isCbor ? CBOR : 'application/x-amz-json-1.1',
      'x-amz-target': `${TARGET_PREFIXES[service]}.${operation}`,
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    };
    const signing = { service, region, credentials, nowMs: clock.now() };
    const headers = isUnsigned ? unsignedHeaders(unsigned, signing) : signedHeaders(unsigned, body, signing);
    const answer = await carrier.exchange({ headers, body, timeoutMs, signal, onData });
    this.#answered = true;
    if (onWire !== undefined) {
      onWire(`> POST ${this.endpoint} ${headersText(headers)} (${body.length} bytes)`);
      onWire(`< ${answer.status} ${headersText(answer.headers)} (${answer.body.length} bytes)`);
    }
    if (answer.status !== 200) throw await errorOf(answer);
    return answer.body;
  }
}

/** Headers in one line: of a signature only whose key it is and for what, of a token nothing. */
function headersText(headers: HttpAnswer['headers']): string {
  const shown = Object.entries(headers).map(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === 'x-amz-security-token') return `${lower}: ***`;
    const text = String(value);
    return `${lower}: ${lower === 'authorization' ? text.replace(/Signature=\w+/, 'Signature=***').replace(/(Credential=\w{4})\w+/, '$1***') : text}`;
  });
  return shown.join('; ');
}

interface Attempted {
  readonly operation: string;
  readonly body: Uint8Array;
  readonly credentials: Credentials;
  readonly options: CallOptions;
}

/** The value of an answer's body. @throws {ClientError} UnreadableAnswer. */
export function parsedAnswer(body: Uint8Array): unknown {
  // Most answers are ASCII, and bytes that are need no decoding.
  const text = isAscii(body)
    ? Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1')
    : new TextDecoder().decode(body);
  try {
    return JSON.parse(text);
  } catch {
    throw new ClientError('UnreadableAnswer', 'The server answered with a body that is no JSON.', { status: 200 });
  }
}

/** Codes come as `Name`, `namespace#Name` or `Name:uri`; texts as `message` or `Message`. */
async function errorOf(answer: HttpAnswer): Promise<ClientError> {
  const header = answer.headers['x-amzn-requestid'];
  const requestId = typeof header === 'string' ? header : undefined;
  const { status } = answer;
  const date = answer.headers['date'];
  const serverMs = typeof date === 'string' ? epochOfHttpDate(date) : undefined;
  const isCbor = answer.headers['content-type'] === CBOR;
  let body: Record<string, unknown> = {};
  try {
    body = isCbor
      ? (await import('./cbor-answer.ts')).cborErrorMembers(answer.body)
      : Object(JSON.parse(new TextDecoder().decode(answer.body)));
  } catch {
    // A proxy's page: the status is all there is to say.
  }
  const type = typeof body['__type'] === 'string' ? body['__type'] : `Http${status}`;
  const code = type.slice(type.indexOf('#') + 1).split(':')[0]!;
  const text = body['message'] ?? body['Message'];
  return new ClientError(code, typeof text === 'string' ? text : '', { status, requestId, serverMs });
}
