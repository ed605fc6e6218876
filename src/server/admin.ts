/**
 * The daemon's own path, /_sluice/: how commands on this machine ask and steer it. Closed to other machines and to
 * web pages, even those that give themselves a name that points here.
 */
import type { MovableClock } from '../runtime/movable-clock.ts';
import { answerMetrics, type MetricsSource } from './admin-metrics.ts';
import { type Handle, type HttpRequest, type HttpResponse, headerOf, hostOf } from './exchange.ts';
import type { FaultInjector, InjectionTexts } from './fault-injector.ts';
import { isLoopbackAddress, isLoopbackHost, isWebPage } from './loopback.ts';

/** What of AWS's ways the daemon simulates. */
export interface Realism {
  transitionMs: number;
  strictLimits: boolean;
}

const PREFIX = '/_sluice/';

export interface AdminOptions {
  /** What `serve status` shows. */
  readonly status: () => object;
  readonly health: () => { readonly state: string };
  /** Whether callers need keys (`--auth`); a program of ours on this machine saves itself the signatures that nobody checks. */
  readonly checksSignatures: boolean;
  /** Begins to stop; the answer is still sent. */
  readonly stop: () => void;
  /** Present with --test-clock. */
  readonly clock: MovableClock | undefined;
  readonly faults: FaultInjector;
  /** Changed in place. */
  readonly realism: Realism;
  readonly metrics: MetricsSource;
}

/** Is the request for `createAdmin`'s handler rather than for the API? */
export function isAdminPath(path: string): boolean {
  return path.startsWith(PREFIX);
}

/** Answers requests to the daemon's own path. */
export function createAdmin(options: AdminOptions): Handle {
  return async (request) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) return reply(403, { error: refusal });
    const [name = '', query = ''] = request.path.slice(PREFIX.length).split('?', 2);
    const counted = request.method === 'GET' ? answerMetrics(options.metrics, name, query) : undefined;
    if (counted !== undefined) return counted;
    switch (`${request.method} ${name}`) {
      case 'GET status':
        return reply(200, options.status());
      case 'GET health': {
        const health = options.health();
        const signatures = options.checksSignatures ? 'checked' : 'unchecked';
        return reply(health.state === 'ok' ? 200 : 503, { ...health, signatures });
      }
      case 'POST stop':
        options.stop();
        return reply(200, { stopping: true });
      case 'POST clock':
        return moveClock(options.clock, request.body);
      case 'GET faults':
        return reply(200, options.faults.texts);
      case 'POST faults':
        return setFaults(options.faults, request.body);
      case 'GET realism':
        return reply(200, realismTexts(options.realism));
      case 'POST realism':
        return setRealism(options.realism, request.body);
      default:
        return reply(404, { error: `There is no ${request.method} ${PREFIX}${name}` });
    }
  };
}

/** What a proxy adds for whoever stands behind it. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip'];

function refusalOf({ headers, peer }: HttpRequest): string | undefined {
  const isForwarded = FORWARDED.some((name) => headers[name] !== undefined);
  if (isForwarded || !isLoopbackAddress(peer)) return 'Only programs on the same machine may ask';
  if (isWebPage(headers)) return 'Web pages may not ask';
  return isLoopbackHost(hostOf(headers)) ? undefined : `Host ${headerOf(headers, 'host')} is not this machine`;
}

/** Body: {"advanceMs": n}. What was due by then has begun when the answer is sent. */
async function moveClock(clock: MovableClock | undefined, body: Uint8Array | undefined): Promise<HttpResponse> {
  if (clock === undefined) return reply(409, { error: 'The clock moves only with `sluice serve --test-clock`' });
  const ms = advanceOf(body);
  if (ms === undefined) return reply(400, { error: 'Write {"advanceMs": n}, n at least 0' });
  clock.advance(ms);
  await new Promise<void>((resolve) => clock.soon(resolve));
  return reply(200, { nowMs: clock.now() });
}

/** Body: {"fail": ["PutRecords=2%"], "delay": ["GetRecords=200ms"]}, in place of all rules before; {} takes them back. */
function setFaults(faults: FaultInjector, body: Uint8Array | undefined): HttpResponse {
  const texts = injectionTexts(body);
  if (texts === undefined)
    return reply(400, { error: 'Write {"fail": ["Operation=rate"], "delay": ["Operation=200ms"]}' });
  const problem = faults.set(texts);
  return problem === undefined ? reply(200, faults.texts) : reply(400, { error: 'A rule is wrong', ...problem });
}

/** Body: {"transitionMs": 500, "limits": "aws"}, either or both. What is under way goes on as it began. */
function setRealism(realism: Realism, body: Uint8Array | undefined): HttpResponse {
  const {
    transitionMs = realism.transitionMs,
    limits = limitsText(realism),
    ...others
  } = fieldsOf(body) ?? { limits: '' };
  if (!isMilliseconds(transitionMs) || (limits !== 'aws' && limits !== 'off') || Object.keys(others).length > 0) {
    return reply(400, { error: 'Write {"transitionMs": n, "limits": "aws" or "off"}, either or both' });
  }
  realism.transitionMs = transitionMs;
  realism.strictLimits = limits === 'aws';
  return reply(200, realismTexts(realism));
}

const limitsText = ({ strictLimits }: Realism) => (strictLimits ? 'aws' : 'off');

function realismTexts(realism: Realism): object {
  return { transitionMs: realism.transitionMs, limits: limitsText(realism) };
}

/** The members of a JSON object; undefined when the body is none. */
function fieldsOf(body: Uint8Array | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function injectionTexts(body: Uint8Array | undefined): InjectionTexts | undefined {
  const fields = fieldsOf(body);
  if (fields === undefined) return undefined;
  const { fail = [], delay = [] } = fields;
  return isTextList(fail) && isTextList(delay) ? { fail, delay } : undefined;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function advanceOf(body: Uint8Array | undefined): number | undefined {
  const advanceMs = fieldsOf(body)?.['advanceMs'];
  return isMilliseconds(advanceMs) ? advanceMs : undefined;
}

function isMilliseconds(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function reply(status: number, value: object): HttpResponse {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  return { status, headers: ['Content-Type', 'application/json', 'Content-Length', String(body.length)], body };
}
