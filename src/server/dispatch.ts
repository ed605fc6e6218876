/**
 * From a request to its answer, without a socket: which checks come in which order, which operation it is, who calls.
 * The order is AWS's, as recorded by the test suite of mhart/kinesalite.
 */
import { Fault } from '../model/fault.ts';
import { BODY_BYTES_MAX } from '../model/limits.ts';
import type { Scope } from '../model/stream.ts';
import type { Operation } from '../operations/operation.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Random } from '../runtime/random.ts';
import type { ReaderIdentity } from '../service/events.ts';
import { faultFrom } from '../service/parts.ts';
import type { StreamService } from '../service/service.ts';
import { check } from '../wire/check.ts';
import { checkArnScope } from './arn-scope.ts';
import { authorize, type Verification } from './authorize.ts';
import { CODECS, wireOf } from './codec.ts';
import { corsHeaders, type Origins, originAllowed, preflightHeaders } from './cors.ts';
import {
  APPLICATION_JSON,
  faultReply,
  foreignOriginReply,
  noOperationReply,
  plainJsonReply,
  tooLargeReply,
  unknownCodingReply,
} from './errors.ts';
import { eventReply } from './event-reply.ts';
import { contentLength, type Handle, type HttpRequest, type HttpResponse, headerOf } from './exchange.ts';
import type { FaultInjector } from './fault-injector.ts';
import type { OperationMeter } from './metrics-operations.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { emptyReply, type Reply } from './reply.ts';
import { RequestIds } from './request-ids.ts';
import type { Call, DirectAnswer, EventSource, Route, Wire } from './route.ts';
import { SharedPages } from './shared-pages.ts';
import { rpcTarget } from './smithy-rpc.ts';

export interface DispatchOptions {
  readonly service: StreamService;
  readonly routes: readonly Route[];
  /** All operations of the API; those without a route are refused by name. */
  readonly declared: readonly Operation[];
  /** The account of all callers, and the region of those whose credential names none. */
  readonly home: Scope;
  readonly origins: Origins;
  readonly random: Random;
  readonly logger: Logger;
  /** Absent: any credentials do. */
  readonly verification?: Verification | undefined;
  readonly faults?: FaultInjector | undefined;
  /** What answers undefined while AWS's limits are off. */
  readonly rates?: (() => RateLimiter | undefined) | undefined;
  /** Told of calls of declared operations. */
  readonly meter?: OperationMeter | undefined;
}

/** An empty map: what a call without input is in RPC v2, where others send `{}`. */
const NO_INPUT = Uint8Array.of(0xa0);
const TARGET_PREFIX = 'Kinesis_20131202.';
const THROUGHPUT_EXCEEDED = 'ProvisionedThroughputExceededException';
const NO_ROOM = 'Rate exceeded: more requests are under way than the daemon has room for.';

interface Target {
  readonly operation: Operation;
  readonly route: Route | undefined;
}

/** What calls share. */
interface CallOptions extends DispatchOptions {
  readonly pages: SharedPages;
}

/** Answers calls of the API. */
export function createDispatch(options: DispatchOptions): Handle {
  const dispatch = new Dispatch(options);
  return (request) => dispatch.handle(request);
}

class Dispatch {
  readonly #options: CallOptions;
  readonly #targets = new Map<string, Target>();
  readonly #ids: RequestIds;

  constructor(options: DispatchOptions) {
    this.#options = { ...options, pages: new SharedPages() };
    this.#ids = new RequestIds(options.random);
    const routes = new Map(options.routes.map((route) => [route.operation.name, route]));
    for (const operation of options.declared) {
      this.#targets.set(TARGET_PREFIX + operation.name, { operation, route: routes.get(operation.name) });
    }
  }

  async handle(request: HttpRequest): Promise<HttpResponse> {
    const requestId = this.#ids.next();
    const origin = headerOf(request.headers, 'origin');
    const isAllowed = originAllowed(origin, this.#options.origins);
    if (isAllowed && origin !== '' && request.method === 'OPTIONS' && request.body !== undefined) {
      return response(emptyReply(200), ['x-amzn-RequestId', requestId, ...preflightHeaders(request.headers)]);
    }
    const reply = isAllowed ? await this.#reply(request, requestId) : foreignOriginReply(origin);
    const ids = ['x-amzn-RequestId', requestId, 'x-amz-id-2', this.#ids.extended()];
    return response(reply, isAllowed && origin !== '' ? [...ids, ...corsHeaders(request.headers)] : ids);
  }

  async #reply(request: HttpRequest, requestId: string): Promise<Reply> {
    const { headers, body } = request;
    if (body === undefined || body.length > BODY_BYTES_MAX) return tooLargeReply;
    if (request.method !== 'POST') return noOperationReply;
    const rpc = rpcTarget(request);
    const targetName = rpc ?? headerOf(headers, 'x-amz-target');
    const contentType = headerOf(headers, 'content-type').split(';', 1)[0]!.trim();
    const wire = rpc === undefined ? wireOf(contentType) : 'rpc';
    const target = this.#targets.get(targetName);
    if (request.isThrottled) return this.#throttledReply(target, wire ?? 'json');
    if (body.length === 0 && rpc === undefined) {
      const code = target === undefined ? 'UnknownOperationException' : 'SerializationException';
      return faultReply(new Fault(code), wire ?? 'cbor');
    }
    if (contentType === APPLICATION_JSON && rpc === undefined) return plainJsonReply(body);
    if (wire === undefined) return /^[^.]+\.[^.]/.test(targetName) ? unknownCodingReply : noOperationReply;
    const { meter } = this.#options;
    const beganMs = meter?.begin() ?? 0;
    try {
      const reply = await this.#call(target, wire, new HttpCall(request, requestId, this.#options));
      if (target !== undefined) meter?.ended(target.operation.name, beganMs, undefined);
      return reply;
    } catch (error) {
      const fault = this.#faultOf(error, { requestId, targetName });
      if (target !== undefined) meter?.ended(target.operation.name, beganMs, fault);
      return faultReply(fault, wire);
    }
  }

  /** In the words of the operation, or in those of all: its body was not looked at. */
  #throttledReply(target: Target | undefined, wire: Wire): Reply {
    const { meter } = this.#options;
    const isThroughput = target?.operation.errors.includes(THROUGHPUT_EXCEEDED);
    const fault = new Fault(isThroughput ? THROUGHPUT_EXCEEDED : 'ThrottlingException', NO_ROOM);
    if (target !== undefined) meter?.ended(target.operation.name, meter.begin(), fault);
    return faultReply(fault, wire);
  }

  async #call(target: Target | undefined, wire: Wire, call: HttpCall): Promise<Reply> {
    const { probe, decode, encode, contentType, headers } = CODECS[wire];
    if (target === undefined) {
      probe(call.body);
      throw new Fault('UnknownOperationException');
    }
    try {
      call.authorize();
    } catch (error) {
      probe(call.body);
      throw error;
    }
    const { body } = call;
    const { operation, route } = target;
    const delayed = this.#options.faults?.meet(operation.name);
    if (delayed !== undefined) await delayed;
    const direct = route?.direct?.(body, wire, call);
    if (direct !== undefined) return { status: 200, contentType, headers, ...partsOf(await direct) };
    const input = decode(operation.input, body);
    check(operation.input, input);
    if (!call.service.sharesNamespace) checkArnScope(input, call.scope);
    this.#options.rates?.()?.admit({ operation: operation.name, scope: call.scope, input });
    if (route === undefined) {
      throw new Fault('UnknownOperationException', `${operation.name} is not served by this version of sluice.`);
    }
    const output = await route.handle(input as never, call);
    if (operation.event !== undefined) {
      const context = { requestId: call.requestId, targetName: operation.name };
      const faultOf = (error: unknown) => this.#faultOf(error, context);
      return eventReply(output as unknown as EventSource, { eventName: operation.event.name, wire, faultOf });
    }
    if (operation.output === null) return { ...emptyReply(200, wire === 'rpc' ? undefined : contentType), headers };
    return { status: 200, contentType, headers, body: encode(operation.output, output as unknown as object) };
  }

  /** Anything but a fault is a fault of ours: the caller may try again, the operator reads of it. */
  #faultOf(error: unknown, context: { readonly requestId: string; readonly targetName: string }): Fault {
    const fault = faultFrom(error);
    if (fault.status < 500 || fault.cause === undefined) return fault;
    const reason = fault.cause;
    const stack = reason instanceof Error ? reason.stack : String(reason);
    this.#options.logger.log('error', 'A request failed inside the daemon', { ...context, error: stack });
    return fault;
  }
}

class HttpCall implements Call {
  readonly service: StreamService;
  readonly requestId: string;
  readonly #request: HttpRequest;
  readonly #options: CallOptions;
  #body: Uint8Array;
  #scope: Scope;

  constructor(request: HttpRequest, requestId: string, options: CallOptions) {
    this.service = options.service;
    this.requestId = requestId;
    this.#request = request;
    this.#options = options;
    this.#body = request.body!.length === 0 ? NO_INPUT : request.body!;
    this.#scope = options.home;
  }

  /** @throws {Fault} as `authorize`. */
  authorize(): void {
    const { method, path, headers, body } = this.#request;
    const caller = authorize({ method, path, headers, body: body! }, this.#options);
    this.#scope = caller.scope;
    if (caller.body.length > 0) this.#body = caller.body;
  }

  /** What the caller means by the request's body: out of its chunks, and a map in any case. */
  get body(): Uint8Array {
    return this.#body;
  }

  get scope(): Scope {
    return this.#scope;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  get pages(): SharedPages {
    return this.#options.pages;
  }

  get reader(): ReaderIdentity {
    const { peer, headers } = this.#request;
    return { address: peer, agent: headerOf(headers, 'user-agent') };
  }
}

function partsOf(answer: Uint8Array | DirectAnswer): DirectAnswer {
  return answer instanceof Uint8Array ? { body: answer } : answer;
}

function response(reply: Reply, extra: readonly string[]): HttpResponse {
  const type = reply.contentType === undefined ? [] : ['Content-Type', reply.contentType];
  const { status, body, rest, pieces, push } = reply;
  const length = push === undefined ? ['Content-Length', String(contentLength(reply))] : [];
  return { status, headers: [...extra, ...(reply.headers ?? []), ...type, ...length], body, rest, pieces, push };
}
