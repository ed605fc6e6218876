/** Calls routes as dispatch does, on a service in memory: JSON in, JSON out, without HTTP. */
import { cbor } from '@smithy/core/cbor';
import { expect } from 'vitest';
import { inOnePiece } from '../../../../src/server/exchange.ts';
import { kinesisRoutes } from '../../../../src/server/handlers/index.ts';
import type { Call, DirectAnswer, Route, Wire } from '../../../../src/server/route.ts';
import { SharedPages } from '../../../../src/server/shared-pages.ts';
import { decodeCbor, encodeCbor } from '../../../../src/wire/cbor.ts';
import { check } from '../../../../src/wire/check.ts';
import { coerceJson, encodeJson } from '../../../../src/wire/json.ts';
import { openWorld, scope, type World, type WorldOptions } from '../../service/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: the answers are JSON; each test looks at what it expects
export type Json = any;

export interface Caller extends World {
  /** Through the plain path. */
  call(operation: string, input?: object): Promise<Json>;
  /** Through the direct path; 'declined' when it leaves the body to the plain one. */
  direct(operation: string, body: string, wire?: Wire): Promise<Json>;
  /** The same in CBOR, byte strings for blobs. */
  directCbor(operation: string, input: object, wire: 'cbor' | 'rpc'): Promise<Json>;
}

export async function openCaller(options: WorldOptions = {}): Promise<Caller> {
  const world = await openWorld(options);
  const context: Call = {
    ...{ service: world.service, scope, requestId: 'r', signal: new AbortController().signal },
    reader: { address: '127.0.0.1', agent: 'test' },
    pages: new SharedPages(),
  };
  return {
    ...world,
    async call(name, input = {}) {
      const { operation, handle } = routeOf(name);
      const coerced = coerceJson(operation.input, JSON.parse(JSON.stringify(input)));
      check(operation.input, coerced);
      const output = (await handle(coerced as never, context)) as object | undefined;
      if (operation.output === null) return output;
      // Both codings must take what the handler gives.
      decodeCbor(operation.output, encodeCbor(operation.output, output!));
      return parse(encodeJson(operation.output, output!));
    },
    async direct(name, body, wire = 'json') {
      const answer = routeOf(name).direct!(Buffer.from(body), wire, context);
      return answer === undefined ? 'declined' : parse(wholeOf(await answer));
    },
    async directCbor(name, input, wire) {
      const answer = routeOf(name).direct!(cbor.serialize(input), wire, context);
      return answer === undefined ? 'declined' : cbor.deserialize(wholeOf(await answer));
    },
  };
}

function routeOf(name: string): Route {
  return kinesisRoutes.find(({ operation }) => operation.name === name)!;
}

function wholeOf(answer: Uint8Array | DirectAnswer): Uint8Array {
  if (answer instanceof Uint8Array) return answer;
  const { body, rest } = inOnePiece({ status: 200, headers: [], ...answer });
  return Buffer.concat([body, rest ?? new Uint8Array(0)]);
}

function parse(bytes: Uint8Array): Json {
  return JSON.parse(new TextDecoder().decode(bytes));
}

export const fault = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: typeof message === 'string' ? message : expect.stringMatching(message) });
