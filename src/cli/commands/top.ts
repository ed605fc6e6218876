/** `sluice top`: the live screen, or samples where there is no terminal or none is wanted. */

import type { Client } from '../../client/client.ts';
import type { CloudWatchPlace } from '../../client/cloud-watch-read.ts';
import { keepHeapSmall } from '../../runtime/heap-growth.ts';
import { terminalFacts } from '../../runtime/terminal.ts';
import type { Condition } from '../../tui/check.ts';
import type { ReportForm } from '../../tui/run-report.ts';
import type { Left } from '../../tui/run-screen.ts';
import type { Setting } from '../../tui/scene.ts';
import type { ScreenState } from '../../tui/state.ts';
import { CliError, usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import { configuredTargets } from '../config/file.ts';
import { type Context, InterruptedError } from '../context.ts';
import { EXIT } from '../exit.ts';
import { colorLevel } from '../paint.ts';
import { mostSimilar } from '../similar.ts';
import type { TopOptions } from '../table/top.ts';
import { BUILT_IN, type Target } from '../target/target.ts';

type Options = Call<TopOptions>['options'];

const SHARE = 2;
const INTERVAL_MS_MIN = 500;
const INTERVAL_MS_MAX = 60_000;

/** The screen needs a terminal to draw on; everything else is a report. */
export async function run({ args, options }: Call<TopOptions>, context: Context): Promise<void> {
  checkOptions(options);
  // So that its own looks are not taken for those of the readers it watches.
  context.targets.userAgent += ' top';
  const place = await placeOf(args[0], context);
  const { stream } = place;
  const facts = terminalFacts();
  const wanted = formOf(options, context);
  const isReport = wanted !== undefined || options.once || options.ticks !== undefined || options.check !== undefined;
  const setting = await settingOf({
    options,
    context,
    target: place.target,
    isViewOnly: !facts.canType,
    isScreen: facts.canDraw && !isReport,
  });
  const { client } = place;
  const { firstState, NO_FILTERS } = await import('../../tui/state.ts');
  const state = firstState({
    stream,
    view: options.view,
    sort: options.sort,
    filters: { ...NO_FILTERS, shards: options.filter ?? '' },
    showsClosed: options.closed,
    intervalMs: options.interval,
    peeks: options.peek,
    isUtc: context.zone === 'utc',
  });
  if (facts.canDraw && !isReport)
    return await screens(context, options, { client, target: place.target, setting, state });
  if (!isReport) {
    const where = context.out.isTerminal ? 'TERM=dumb is no terminal to draw on' : 'stdout is no terminal';
    context.note(`${where}: one sample, as with --once`);
  }
  const isOne = options.once || options.prom || !isReport || options.check !== undefined;
  const ticks = options.ticks ?? (isOne ? 1 : undefined);
  const form = wanted ?? (options.check === undefined ? 'table' : 'none');
  await report(context, options, { client, target: place.target, setting, state, form, ticks });
}

function checkOptions(options: Options): void {
  if (options.interval < INTERVAL_MS_MIN || options.interval > INTERVAL_MS_MAX) {
    throw usageError('--interval is 500ms to 60s');
  }
  if (options.share !== undefined && options.share > 5)
    throw usageError('--share is 1 to 5: a shard takes 5 GetRecords a second');
  if (options.csv && options.prom) throw usageError('--csv and --prom exclude each other');
}

/** Samples in a form for programs; undefined for people. */
function formOf(options: Options, { global }: Context): ReportForm | undefined {
  if (options.csv || global.output === 'csv') return 'csv';
  if (options.prom) return 'prom';
  return global.json || global.output === 'json' || global.output === 'ndjson' ? 'json' : undefined;
}

interface Place {
  readonly client: Client;
  readonly target: Target;
  readonly stream: string | undefined;
}

async function placeOf(name: string | undefined, context: Context): Promise<Place> {
  if (name !== undefined) {
    const { client, target, streamName } = await context.open(name);
    return { client, target, stream: streamName };
  }
  const [target, client] = await Promise.all([context.target(), context.client()]);
  return { client, target, stream: undefined };
}

interface SettingFacts {
  readonly options: Options;
  readonly context: Context;
  readonly target: Target;
  readonly isViewOnly: boolean;
  readonly isScreen: boolean;
}

async function settingOf({ options, context, target, isViewOnly, isScreen }: SettingFacts): Promise<Setting> {
  const { env, global, config } = context;
  const [{ ASCII, UNICODE }, { PALETTES, PLAIN, themeOf }, { keymapOf }] = await Promise.all([
    import('../../tui/glyphs.ts'),
    import('../../tui/theme.ts'),
    import('../../tui/keymap.ts'),
  ]);
  const level = colorLevel(global.color, env, isScreen || context.out.isTerminal);
  const configured = { ...config.user?.all, ...config.project?.all };
  const keymap = keymapOf(configured['keys']);
  const palette = options.theme ?? PALETTES.find((name) => name === configured['theme']) ?? 'auto';
  return {
    version: context.program.version,
    target: target.kind === 'endpoint' && target.context === 'endpoint' ? target.endpoint : target.context,
    endpoint: target.endpoint,
    isReadOnly: target.readOnly || global.readOnly || (target.kind !== 'local' && !options.readWrite),
    confirmsByName: target.confirm === 'name',
    canPeek: options.peek,
    isViewOnly,
    keymap,
    contexts: [...new Set([...BUILT_IN, ...Object.keys(configuredTargets(config).contexts)])],
    profile: target.profile,
    glyphs: options.ascii || !isUnicode(env) ? ASCII : UNICODE,
    theme: level === 0 && !isScreen ? PLAIN : themeOf(level, palette, env['COLORFGBG']),
    share: options.share ?? SHARE,
    targetOptions: targetOptions(context),
  };
}

/** The first of the variables that is set decides, as in every program. None set: terminals of today know Unicode. */
function isUnicode(env: Context['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return locale === undefined || locale === '' || /utf-?8/i.test(locale);
}

/** What chose the target, so that a command line can choose it again. */
function targetOptions({ global }: Context): string {
  const { context, endpoint, region, profile } = global;
  const words = Object.entries({ context, endpoint, region, profile }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  return words.join(' ');
}

interface Showing {
  readonly client: Client;
  readonly setting: Setting;
  /** Whose CloudWatch says more, where it is AWS. */
  readonly target: Target;
  readonly state: ScreenState;
}

/** CloudWatch is asked on AWS, and where a variable names a server that stands in for it. */
function cloudWatchOf(target: Target, { clock, env }: Context): CloudWatchPlace | undefined {
  const endpoint = env['AWS_ENDPOINT_URL_CLOUDWATCH'] || undefined;
  if (target.kind !== 'aws' && endpoint === undefined) return undefined;
  const { region, credentials } = target;
  return { region, endpoint, credentials, clock, env };
}

/** One screen after the other, where another context is gone to; then what was wanted of it at the end. */
async function screens(context: Context, options: Options, first: Showing): Promise<void> {
  keepHeapSmall(context.self.nodeVersion);
  for (const problem of first.setting.keymap.problems) context.note(`warning: ${problem}`);
  let showing = first;
  for (;;) {
    const { command, context: name, doctor } = await screen(context, options, showing);
    if (command !== undefined) await context.out.write(`${command}\n`);
    if (doctor && showing !== first) {
      await context.out.write(`sluice doctor ${showing.setting.targetOptions}\n`);
    } else if (doctor) {
      const { run: examine } = await import('./doctor.ts');
      return await examine({ args: [], options: { bundle: false } }, context);
    }
    if (name === undefined) return;
    showing = await elsewhere(context, options, { showing, name });
  }
}

/** The same view of another server. */
async function elsewhere(
  context: Context,
  options: Options,
  { showing, name }: { readonly showing: Showing; readonly name: string },
): Promise<Showing> {
  const target = await context.targets.target({ prefix: name });
  if (target.context !== name) throw usageError(`${target.because} decides the server: leave it out to go to ${name}`);
  const client = await context.targets.client(target);
  const facts = { options, context, target, isViewOnly: showing.setting.isViewOnly, isScreen: true };
  const setting = { ...(await settingOf(facts)), targetOptions: `--context ${name}` };
  const { firstState } = await import('../../tui/state.ts');
  const { view, intervalMs, sort, peeks, isUtc, history } = showing.state;
  return { client, target, setting, state: firstState({ view, intervalMs, sort, peeks, isUtc, history }) };
}

async function screen(context: Context, options: Options, showing: Showing): Promise<Left> {
  const { runScreen } = await import('../../tui/run-screen.ts');
  const left = await runScreen({
    ...showing,
    cloudWatch: cloudWatchOf(showing.target, context),
    clock: context.clock,
    zone: context.zone,
    mouse: options.mouse,
    keepsScreen: !options.altScreen,
    folder: context.directory,
    signal: context.signal,
  });
  const { reason } = context.signal;
  // Ctrl-C is one of the ways to quit.
  if (context.signal.aborted && !(reason instanceof InterruptedError && reason.signalName === 'SIGINT')) throw reason;
  return left;
}

interface Reporting extends Showing {
  readonly form: ReportForm;
  readonly ticks: number | undefined;
}

async function report(context: Context, options: Options, reporting: Reporting): Promise<void> {
  const { runReport, NoSuchStreamError } = await import('../../tui/run-report.ts');
  const conditions = await conditionsOf(options.check);
  try {
    const verdict = await runReport({
      ...reporting,
      conditions,
      clock: context.clock,
      zone: context.zone,
      columns: context.columns,
      signal: context.signal,
      write: (text) => context.out.write(text),
    });
    if (verdict?.isOk === false) context.exitCode = EXIT.checkFailed;
  } catch (error) {
    if (!(error instanceof NoSuchStreamError)) throw error;
    const similar = mostSimilar(reporting.state.stream ?? '', error.names);
    const lines = [`Streams there: ${error.names.slice(0, 20).join(', ') || 'none'}`];
    if (similar !== undefined) lines.push(`Did you mean:  sluice top ${similar}`);
    throw new CliError(error.message, { exit: EXIT.notFound, code: 'ResourceNotFoundException', lines });
  }
}

async function conditionsOf(expression: string | undefined): Promise<readonly Condition[]> {
  if (expression === undefined) return [];
  const { parseCheck } = await import('../../tui/check.ts');
  const conditions = parseCheck(expression);
  if ('problem' in conditions) throw usageError(conditions.problem, "Write for example --check 'capacity<80,lag<30s'.");
  return conditions;
}
