/** What `sluice plan` prints: a page for people, one document for programs. */
import { printable } from '../../runtime/logger.ts';
import type { Context } from '../context.ts';
import { printDocument, wantsPage } from '../list-output.ts';
import { durationText, grouped, sizeText } from '../values.ts';
import { type Capacity, type Load, pollGapMs, throughput } from './capacity.ts';
import { type CostItem, type Prices, sumOf } from './cost.ts';
import type { Skew } from './keys.ts';

export interface Plan {
  /** The stream as it was named. */
  readonly name: string | undefined;
  readonly load: Load;
  /** Without peaks and headroom. */
  readonly asGiven: Capacity;
  readonly atPeak: Capacity;
  readonly skew: Skew | undefined;
  /** What is needed in all. */
  readonly shards: number;
  readonly prices: Prices;
  /** Open shards of the stream. */
  readonly has: number | undefined;
  readonly verdict: 'too few' | 'right' | 'more than needed' | undefined;
  readonly mode: 'provisioned' | 'on-demand';
  readonly retentionMs: number;
  /** The command that makes it so. */
  readonly apply: string | undefined;
  readonly observed: { readonly records: number; readonly seconds: number } | undefined;
  readonly costs: { readonly provisioned: readonly CostItem[]; readonly onDemand: readonly CostItem[] };
}

/** Prints the plan in the form asked for. */
export async function printPlan(context: Context, plan: Plan): Promise<void> {
  if (!wantsPage(context)) return printDocument(context, documentOf(plan));
  for (const line of pageOf(plan)) await context.out.write(`${printable(line)}\n`);
}

/** The plan with names for programs; costs a month. */
function documentOf({ load, asGiven, atPeak, skew, costs, prices, ...plan }: Plan) {
  const { writeMB, readMB } = throughput(plan.shards);
  return {
    stream: plan.name ?? null,
    shards: plan.shards,
    openShards: plan.has ?? null,
    verdict: plan.verdict ?? null,
    binding: atPeak.binding,
    writeMBPerSecond: writeMB,
    readMBPerSecond: readMB,
    shardsAsGiven: asGiven.shards,
    shardsAtPeak: atPeak.shards,
    recordsPerSecond: load.records,
    recordBytes: load.bytes,
    consumers: load.consumers,
    fanOut: load.fanOut,
    peak: load.peak,
    headroomPercent: load.headroom * 100,
    keys: skew?.keys ?? null,
    hottestKey: skew?.hottestKey ?? null,
    hottestKeyShare: skew?.hottestShare ?? null,
    hottestShardShare: skew?.shardShare ?? null,
    provisionedPerMonth: money(sumOf(costs.provisioned)),
    onDemandPerMonth: money(sumOf(costs.onDemand)),
    currency: prices.currency,
    pricesAsOf: prices.asOf,
    pricesRegion: prices.region,
    apply: plan.apply ?? null,
  };
}

/** The lines for people. */
export function pageOf(plan: Plan): readonly string[] {
  return [
    ...loadLines(plan),
    '',
    ...termLines(plan),
    ...pollLines(plan.load),
    ...keyLines(plan),
    '',
    ...costLines(plan),
    '',
    ...endLines(plan),
  ];
}

function loadLines({ load, observed }: Plan): readonly string[] {
  const seen = observed && ` (${grouped(observed.records)} records seen in ${durationText(observed.seconds * 1_000)})`;
  return [
    `Load      ${figure(load.records)} records/s of ${sizeText(Math.round(load.bytes))}${seen ?? ''}`,
    `          ${load.consumers} polling and ${load.fanOut} fan-out consumers; peak x${figure(load.peak)}, ${figure(load.headroom * 100)} % of each shard stays free`,
  ];
}

const LIMITS = { 'bytes in': '1 MB/s', 'records in': '1,000/s', 'bytes out': '2 MB/s' } as const;

function termLines({ asGiven, atPeak }: Plan): readonly string[] {
  const row = (cells: readonly string[]) =>
    `${cells[0]!.padEnd(12)}${cells[1]!.padEnd(14)}${cells[2]!.padStart(10)}${cells[3]!.padStart(26)}`;
  const carried = ({ shards }: Capacity) => {
    const { writeMB, readMB } = throughput(shards);
    return `${writeMB} in, ${readMB} out`;
  };
  return [
    row(['SHARDS FOR', 'ONE TAKES', 'AS GIVEN', 'AT PEAK, WITH HEADROOM']),
    ...asGiven.terms.map(({ name, shards }, i) => {
      const line = row([name, LIMITS[name], shards.toFixed(2), atPeak.terms[i]!.shards.toFixed(2)]);
      return name === atPeak.binding ? `${line}  decides` : line;
    }),
    row(['shards', '', String(asGiven.shards), String(atPeak.shards)]),
    row(['MB/s', '', carried(asGiven), carried(atPeak)]),
  ];
}

function pollLines({ consumers }: Load): readonly string[] {
  if (consumers < 2) return [];
  const gap = durationText(pollGapMs(consumers));
  const hint = consumers > 5 ? ' More shards do not help: fan-out does.' : '';
  return [`GetRecords: ${consumers} consumers share 5 calls/s of each shard, one every ${gap} each.${hint}`];
}

function keyLines({ skew, atPeak, shards }: Plan): readonly string[] {
  if (skew === undefined) return [];
  const percent = (share: number) => `${figure(share * 100)} %`;
  const first = `Keys: ${grouped(skew.keys)}, the hottest (${JSON.stringify(skew.hottestKey)}) takes ${percent(skew.hottestShare)}.`;
  if (skew.shards === undefined) {
    return [
      `${first} That is more than shards can spread: give this key a suffix, or write its records to other keys.`,
    ];
  }
  const more = skew.shards > atPeak.shards ? `: ${skew.shards} shards in the place of ${atPeak.shards}` : '';
  return [`${first} Spread over ${shards} shards, the busiest takes ${percent(skew.shardShare)}${more}.`];
}

function costLines({ costs, prices, retentionMs }: Plan): readonly string[] {
  const line = (name: string, items: readonly CostItem[]) => {
    const parts = items.map(({ what, amount }) => `${what} ${money(amount).toFixed(2)}`).join(', ');
    return `  ${name.padEnd(14)}${sumOf(items).toFixed(2).padStart(12)}   ${parts}`;
  };
  return [
    `A month on AWS in ${prices.currency} (${prices.region}, prices of ${prices.asOf}, ${durationText(retentionMs)} kept)`,
    line('provisioned', costs.provisioned),
    line('on demand', costs.onDemand),
  ];
}

function endLines({ name, has, shards, verdict, mode, apply }: Plan): readonly string[] {
  const needs = `needs ${shards} shard${shards === 1 ? '' : 's'}`;
  const judged = name === undefined ? `This ${needs}.` : `${name} ${needs} and has ${has}: ${verdict}.`;
  if (mode === 'on-demand') return [judged, 'It is on demand: AWS adds shards by itself.'];
  return apply === undefined ? [judged] : [judged, `Apply:  ${apply}`];
}

/** At most three digits that matter. */
function figure(value: number): string {
  return value >= 1_000 ? grouped(Math.round(value)) : String(Number(value.toPrecision(3)));
}

function money(amount: number): number {
  return Math.round(amount * 100) / 100;
}
