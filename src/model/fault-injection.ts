/**
 * Faults and delays made on purpose, to see how clients take them: `PutRecords=2%`, `GetRecords=0.5:InternalFailure`,
 * `*=200ms`. Pure: chance is a fraction given in. Errors are values, because flags and the admin path tell them apart.
 */
import { Fault, type FaultCode } from './fault.ts';
import { MINUTE_MS, SECOND_MS } from './time.ts';

export interface FaultRule {
  /** An operation's name, or `*` for every one. */
  readonly operation: string;
  /** 0 to 1. */
  readonly rate: number;
  /** Absent: throttling, as AWS throttles the operation that is called. */
  readonly code?: FaultCode;
}

export interface DelayRule {
  readonly operation: string;
  readonly delayMs: number;
}

/** What is done to calls. The rule of an operation's own name wins over `*`; of two for one name the later. */
export interface Injection {
  readonly faults: readonly FaultRule[];
  readonly delays: readonly DelayRule[];
}

export const NO_INJECTION: Injection = { faults: [], delays: [] };

/** Why a rule is none: `field` is the part that is wrong, `given` what stands there. */
export interface RuleProblem {
  readonly field: 'form' | 'operation' | 'rate' | 'code' | 'delay';
  readonly given: string;
}

/** The texts with which AWS sends these codes; the codes are those that SDKs see from Kinesis. */
const TEXTS = {
  AccessDeniedException: 'User is not authorized to perform this action.',
  ExpiredIteratorException: 'Iterator expired.',
  ExpiredTokenException: 'The security token included in the request is expired',
  InternalFailure: '',
  InvalidArgumentException: 'The request was refused on purpose.',
  KMSThrottlingException: 'The request was denied due to request throttling.',
  LimitExceededException: 'Rate exceeded',
  ProvisionedThroughputExceededException: 'Rate exceeded',
  ResourceInUseException: 'The resource is in use.',
  ResourceNotFoundException: 'The resource was not found.',
  ServiceUnavailable: 'Service is unable to handle request.',
  ThrottlingException: 'Rate exceeded',
} satisfies { readonly [code in FaultCode]?: string };

/** Codes that a rule may name. */
export const INJECTED_CODES = Object.keys(TEXTS) as readonly (keyof typeof TEXTS)[];

/** Operations that AWS refuses with a throughput of their own. */
const SHARD_OPERATIONS = new Set(['PutRecord', 'PutRecords', 'GetRecords', 'GetShardIterator']);
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: SECOND_MS, m: MINUTE_MS };
const DELAY_MS_MAX = 10 * MINUTE_MS;

/** `Operation=rate[:code]`. */
export function parseFaultRule(text: string, operations: readonly string[]): FaultRule | RuleProblem {
  const match = /^([^=]+)=([^:]*)(?::(.*))?$/.exec(text);
  if (match === null) return { field: 'form', given: text };
  const [, operation, rateText, codeText] = match;
  if (!isOperation(operation!, operations)) return { field: 'operation', given: operation! };
  const rate = rateOf(rateText!);
  if (rate === undefined) return { field: 'rate', given: rateText! };
  if (codeText === undefined) return { operation: operation!, rate };
  const code = INJECTED_CODES.find((known) => known === codeText);
  return code === undefined ? { field: 'code', given: codeText } : { operation: operation!, rate, code };
}

/** `Operation=duration`: 500ms, 2s, 1m; up to ten minutes. */
export function parseDelayRule(text: string, operations: readonly string[]): DelayRule | RuleProblem {
  const match = /^([^=]+)=(.*)$/.exec(text);
  if (match === null) return { field: 'form', given: text };
  const [, operation, delayText] = match;
  if (!isOperation(operation!, operations)) return { field: 'operation', given: operation! };
  const delay = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(delayText!);
  const delayMs = delay === null ? Number.NaN : Number(delay[1]) * UNIT_MS[delay[2]!]!;
  return delayMs <= DELAY_MS_MAX ? { operation: operation!, delayMs } : { field: 'delay', given: delayText! };
}

/** The fault that a call meets, if any; `fraction` is its chance, 0 to below 1. */
export function injectedFault({ faults }: Injection, operation: string, fraction: number): Fault | undefined {
  const rule = ruleFor(faults, operation);
  if (rule === undefined || fraction >= rule.rate) return undefined;
  const code = rule.code ?? throttlingOf(operation);
  return new Fault(code, textOf(code));
}

/** How long a call waits before it is looked at. */
export function injectedDelayMs({ delays }: Injection, operation: string): number {
  return ruleFor(delays, operation)?.delayMs ?? 0;
}

function ruleFor<R extends { readonly operation: string }>(rules: readonly R[], operation: string): R | undefined {
  return rules.findLast((rule) => rule.operation === operation) ?? rules.findLast((rule) => rule.operation === '*');
}

function isOperation(name: string, operations: readonly string[]): boolean {
  return name === '*' || operations.includes(name);
}

function rateOf(text: string): number | undefined {
  if (!/^\d+(\.\d+)?%?$/.test(text)) return undefined;
  const rate = text.endsWith('%') ? Number(text.slice(0, -1)) / 100 : Number(text);
  return rate <= 1 ? rate : undefined;
}

function throttlingOf(operation: string): FaultCode {
  return SHARD_OPERATIONS.has(operation) ? 'ProvisionedThroughputExceededException' : 'LimitExceededException';
}

function textOf(code: FaultCode): string {
  return (TEXTS as Partial<Record<FaultCode, string>>)[code] ?? '';
}
