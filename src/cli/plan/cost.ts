/** What a load costs a month on AWS, provisioned and on demand, at prices of a date. Pure. */
import { DAY_MS, HOUR_MS, SECOND_MS } from '../../model/time.ts';
import { usageError } from '../cli-error.ts';
import type { Load } from './capacity.ts';
import packaged from './prices.json' with { type: 'json' };

export type Prices = typeof packaged;

/** Prices that come with the program. */
export const packagedPrices: Prices = packaged;

/** AWS counts a month as 730 hours. */
const MONTH_HOURS = 730;
const MONTH_SECONDS = (MONTH_HOURS * HOUR_MS) / SECOND_MS;
const GIB = 2 ** 30;
const KIB = 1_024;
const PUT_UNIT_BYTES = 25 * KIB;
/** Kept at no charge, kept at the extended price; what is older is long-term. */
const FREE_DAYS = 1;
const EXTENDED_DAYS = 7;

export interface CostItem {
  readonly what: string;
  /** Of the prices' currency, a month. */
  readonly amount: number;
}

export interface Usage {
  readonly load: Load;
  readonly shards: number;
  readonly retentionMs: number;
}

/** What provisioned shards cost: their hours, the puts, what is kept for longer, fan-out. Items of nothing are left out. */
export function provisionedCost(
  { load, shards, retentionMs }: Usage,
  { provisioned: price }: Prices,
): readonly CostItem[] {
  const putUnits = Math.ceil(load.bytes / PUT_UNIT_BYTES) * load.records * MONTH_SECONDS;
  const days = retentionMs / DAY_MS;
  const outGB = gigabytes(load.records * load.bytes);
  return items([
    [`${shards} shards`, shards * MONTH_HOURS * price.shardHour],
    ['put payload units', (putUnits / 1e6) * price.millionPutUnits],
    ['extended retention', days > FREE_DAYS ? shards * MONTH_HOURS * price.extendedShardHour : 0],
    ['long-term retention', longTermGB(load, days) * price.longTermGBMonth],
    ['fan-out consumers', load.fanOut * shards * MONTH_HOURS * price.fanOutConsumerShardHour],
    ['fan-out data', load.fanOut * outGB * price.fanOutGB],
  ]);
}

/** What the same costs on demand. Records are counted in whole KiB there. */
export function onDemandCost({ load, retentionMs }: Usage, { onDemand: price }: Prices): readonly CostItem[] {
  const inGB = gigabytes(load.records * Math.ceil(load.bytes / KIB) * KIB);
  const days = retentionMs / DAY_MS;
  const extendedDays = Math.max(0, Math.min(days, EXTENDED_DAYS) - FREE_DAYS);
  return items([
    ['the stream', MONTH_HOURS * price.streamHour],
    ['data in', inGB * price.inGB],
    ['data out', load.consumers * inGB * price.outGB],
    ['extended retention', storedGB(load, extendedDays) * price.extendedGBMonth],
    ['long-term retention', longTermGB(load, days) * price.longTermGBMonth],
    ['fan-out data', load.fanOut * inGB * price.fanOutGB],
  ]);
}

/** The sum of items. */
export function sumOf(costs: readonly CostItem[]): number {
  return costs.reduce((sum, { amount }) => sum + amount, 0);
}

/** Prices from a file in the form of the packaged ones. @throws {CliError} when a price is missing or none. */
export function pricesOf(text: string, path: string): Prices {
  const wrong = (what: string) =>
    usageError(`${path} holds no prices: ${what}`, 'Copy the form of:  sluice plan --print-prices');
  let found: Record<string, unknown>;
  try {
    found = Object(JSON.parse(text));
  } catch {
    throw wrong('it is no JSON');
  }
  for (const part of ['provisioned', 'onDemand'] as const) {
    const prices = Object(found[part]) as Record<string, unknown>;
    for (const name of Object.keys(packaged[part])) {
      const price = prices[name];
      if (typeof price !== 'number' || !(price >= 0)) throw wrong(`${part}.${name} is no amount`);
    }
  }
  for (const name of ['asOf', 'region', 'currency'] as const) {
    if (typeof found[name] !== 'string') throw wrong(`${name} is missing`);
  }
  return found as unknown as Prices;
}

function gigabytes(bytesPerSecond: number): number {
  return (bytesPerSecond * MONTH_SECONDS) / GIB;
}

function longTermGB(load: Load, days: number): number {
  return storedGB(load, Math.max(0, days - EXTENDED_DAYS));
}

function storedGB({ records, bytes }: Load, days: number): number {
  return (records * bytes * days * DAY_MS) / SECOND_MS / GIB;
}

function items(all: readonly (readonly [string, number])[]): readonly CostItem[] {
  return all.filter(([, amount]) => amount > 0).map(([what, amount]) => ({ what, amount }));
}
