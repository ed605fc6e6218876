/** `sluice plan`: how many shards a load needs. */
import { resolve } from 'node:path';
import { HOUR_MS } from '../../model/time.ts';
import { readText } from '../../runtime/files.ts';
import { type StreamSummary, summaryOf } from '../await-stream.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit.ts';
import { jsonText } from '../list-output.ts';
import { capacityFor, type Load } from '../plan/capacity.ts';
import { onDemandCost, type Prices, packagedPrices, pricesOf, provisionedCost } from '../plan/cost.ts';
import { type KeyWeights, keysOfText, skewOf } from '../plan/keys.ts';
import type { Observation } from '../plan/observe.ts';
import { type Plan, printPlan } from '../plan/report.ts';
import type { PlanOptions } from '../table/plan.ts';
import type { OpenStream } from '../target/open-stream.ts';
import { grouped } from '../values.ts';

type Options = Call<PlanOptions>['options'];

const OBSERVE_MS = 10_000;
const PEAK = 1.5;
const HEADROOM = 0.25;
const RETENTION_MS = 24 * HOUR_MS;

/** Watches, reckons, prints; exit 11 with --check when the stream has too few shards. */
export async function run({ args, options }: Call<PlanOptions>, context: Context): Promise<void> {
  const prices = await pricesFor(options, context);
  if (options.printPrices) return void (await context.out.write(jsonText(prices, true)));
  const stream = args[0] === undefined ? undefined : await context.open(args[0]);
  const { observe, fromCloudwatch, records, size } = options;
  if (observe !== undefined && fromCloudwatch !== undefined) {
    throw usageError('--observe watches and --from-cloudwatch looks back: one of them');
  }
  const watches = [observe, fromCloudwatch].some((ms) => ms !== undefined) || [records, size].includes(undefined);
  if (stream === undefined && watches) {
    throw usageError('there is nothing to plan for', 'Give --records and --size, or a stream to watch.');
  }
  if (stream === undefined && options.check) throw usageError('--check needs a stream to judge');
  const summary = stream && (await summaryOf(stream));
  const seen = stream !== undefined && watches ? await seenOf(stream, options) : undefined;
  const load = loadOf(options, seen);
  const keys = await keysFor(options, seen, context);
  const plan = planOf({ load, keys, prices, summary, name: stream?.name, seen, retentionMs: options.retention });
  await printPlan(context, plan);
  if (options.check && plan.verdict === 'too few') {
    throw new CliError(`${stream!.name} has ${plan.has} shards and needs ${plan.shards}`, {
      exit: EXIT.checkFailed,
      lines: plan.apply === undefined ? [] : [`Apply:  ${plan.apply}`],
    });
  }
}

/** Figures alone need no client: it is loaded only to watch. */
async function seenOf(stream: OpenStream, options: Options): Promise<Observation> {
  const { observe: watchMs = OBSERVE_MS, fromCloudwatch, consumers } = options;
  if (fromCloudwatch === undefined) {
    const { observe } = await import('../plan/observe.ts');
    return observe(stream, watchMs);
  }
  const { remembered } = await import('../plan/cloudwatch.ts');
  const found = await remembered(stream, fromCloudwatch);
  const { context } = stream;
  if (found.throttled > 0)
    context.note(`${grouped(found.throttled)} writes were throttled: the load wanted to be more`);
  if (found.readTimes >= consumers + 0.5) {
    context.note(
      `polling readers took ${found.readTimes.toFixed(1)} times what was written: --consumers ${Math.round(found.readTimes)}?`,
    );
  }
  return found;
}

function loadOf(options: Options, seen: Observation | undefined): Load {
  const observed = {
    records: seen && seen.records / seen.seconds,
    bytes: seen && seen.bytes / Math.max(1, seen.records),
  };
  return {
    records: options.records ?? observed.records ?? 0,
    bytes: options.size ?? observed.bytes ?? 0,
    consumers: options.consumers,
    fanOut: options.fanOut,
    peak: options.peak ?? Math.max(PEAK, seen?.peak ?? 1),
    headroom: options.headroom ?? HEADROOM,
  };
}

interface Known {
  readonly load: Load;
  readonly keys: KeyWeights | undefined;
  readonly prices: Prices;
  readonly summary: StreamSummary | undefined;
  readonly name: string | undefined;
  readonly seen: Observation | undefined;
  readonly retentionMs: number | undefined;
}

function planOf({ load, keys, prices, summary, name, seen, ...known }: Known): Plan {
  const asGiven = capacityFor({ ...load, peak: 1, headroom: 0 });
  const atPeak = capacityFor(load);
  const skew = keys === undefined || keys.size === 0 ? undefined : skewOf(keys, atPeak.need);
  const shards = skew?.shards ?? atPeak.shards;
  const retentionMs = known.retentionMs ?? (summary ? summary.RetentionPeriodHours * HOUR_MS : RETENTION_MS);
  const usage = { load, shards, retentionMs };
  const isOnDemand = summary?.StreamModeDetails?.StreamMode === 'ON_DEMAND';
  const has = summary?.OpenShardCount;
  const verdict =
    has === undefined ? undefined : has < shards ? 'too few' : has > shards ? 'more than needed' : 'right';
  const change = name === undefined || verdict === 'right' ? undefined : `sluice stream scale ${name} ${shards}`;
  return {
    ...{ name, load, asGiven, atPeak, skew, shards, prices, has, verdict, retentionMs },
    apply: isOnDemand ? undefined : name === undefined ? `sluice stream create <stream> --shards ${shards}` : change,
    mode: isOnDemand ? 'on-demand' : 'provisioned',
    observed: seen && { records: seen.records, seconds: seen.seconds },
    costs: { provisioned: provisionedCost(usage, prices), onDemand: onDemandCost(usage, prices) },
  };
}

async function keysFor(
  options: Options,
  seen: Observation | undefined,
  context: Context,
): Promise<KeyWeights | undefined> {
  if (options.keys === undefined) return seen?.keys;
  return keysOfText(await textOf(resolve(context.directory, options.keys)));
}

async function pricesFor({ price }: Options, context: Context): Promise<Prices> {
  if (price === undefined) return packagedPrices;
  const path = resolve(context.directory, price);
  return pricesOf(await textOf(path), path);
}

async function textOf(path: string): Promise<string> {
  const text = await readText(path);
  if (text === undefined) throw new CliError(`${path} does not exist`, { exit: EXIT.notFound, code: 'ENOENT' });
  return text;
}
