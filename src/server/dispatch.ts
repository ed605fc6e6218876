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

/** What a request asks for, and in which coding. */
interface Asked {
  readonly targetName: string;
  /** Absent: there is no such operation. */
  readonly target: Target | undefined;
  readonly wire: Wire;
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

  handle(request: HttpRequest): Promise<HttpResponse> {
    const requestId = this.#ids.next();
    const origin = headerOf(request.headers, 'origin');
    const isAllowed = originAllowed(origin, this.#options.origins);
    if (isAllowed && origin !== '' && request.method === 'OPTIONS' && request.body !== undefined) {
      const headers = ['x-amzn-RequestId', requestId, ...preflightHeaders(request.headers)];
      return Promise.resolve(response(emptyReply(200), headers));
    }
    const headers = ['x-amzn-RequestId', requestId, 'x-amz-id-2', this.#ids.extended()];
    if (isAllowed && origin !== '') headers.push(...corsHeaders(request.headers));
    const asked = isAllowed ? this.#askedBy(request) : foreignOriginReply(origin);
    if ('status' in asked) return Promise.resolve(response(asked, headers));
    return this.#answer(asked, new HttpCall(request, requestId, this.#options), headers);
  }

  /** What a request asks, or the answer to one that asks nothing. */
  #askedBy(request: HttpRequest): Asked | Reply {
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
    return { targetName, target, wire };
  }

  /** One function for all that is waited for: each more would cost every request a promise and its turn. */
  async #answer(asked: Asked, call: HttpCall, headers: string[]): Promise<HttpResponse> {
    const { meter, faults } = this.#options;
    const { targetName, target, wire } = asked;
    const beganMs = meter?.begin() ?? 0;
    try {
      const { operation, route } = admitted(asked, call);
      const delayed = faults?.meet(operation.name);
      if (delayed !== undefined) await delayed;
      const direct = route?.direct?.(call.body, wire, call);
      const reply = direct === undefined ? await this.#handle(asked, call) : directReply(await direct, wire);
      meter?.ended(operation.name, beganMs, undefined);
      return response(reply, headers);
    } catch (error) {
      const fault = this.#faultOf(error, { requestId: call.requestId, targetName });
      if (target !== undefined) meter?.ended(target.operation.name, beganMs, fault);
      return response(faultReply(fault, wire), headers);
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

  /** By parsing, checking and the route's handler. */
  async #handle({ target, wire }: Asked, call: HttpCall): Promise<Reply> {
    const { decode, encode, contentType, headers } = CODECS[wire];
    const { operation, route } = target!;
    const { body } = call;
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

/** The operation of a caller who may call. @throws {Fault} UnknownOperationException; as `authorize`. */
function admitted({ target, wire }: Asked, call: HttpCall): Target {
  const { probe } = CODECS[wire];
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
  return target;
}

function directReply(answer: Uint8Array | DirectAnswer, wire: Wire): Reply {
  const { contentType, headers } = CODECS[wire];
  if (answer instanceof Uint8Array) return { status: 200, contentType, headers, body: answer };
  const { body, rest, pieces } = answer;
  return { status: 200, contentType, headers, body, rest, pieces };
}

/** Takes over `headers`. */
function response(reply: Reply, headers: string[]): HttpResponse {
  const { status, contentType, body, rest, pieces, push } = reply;
  if (reply.headers !== undefined) headers.push(...reply.headers);
  if (contentType !== undefined) headers.push('Content-Type', contentType);
  if (push === undefined) headers.push('Content-Length', String(contentLength(reply)));
  return { status, headers, body, rest, pieces, push };
}
