/**
 * The agent's file as a configuration: every key of Kinesis Agent, our own under "sluice", all problems at once. Pure.
 * Keys: https://docs.aws.amazon.com/streams/latest/dev/writing-with-agents.html#config-settings
 */

import { emptyObject, type JsonNode, JsonSyntaxError, parseJsonWithComments } from '../model/json-with-comments.ts';
import type { AgentConfig } from './config.ts';
import { expandNode } from './config-env.ts';
import { type FlowDefaults, readFlow } from './config-flow.ts';
import { FLOW_KEYS, NO_EFFECT_TOP } from './config-names.ts';
import { checkOwnFiles, type ReadFlow } from './config-own-log.ts';
import { inOrder, type Problem, ProblemList } from './config-problems.ts';
import { Section } from './config-section.ts';
import { readTop, type TopConfig } from './config-top.ts';

export interface ConfigSource {
  /** As problems show it: `agent.json`, `agent.d/web.json`. */
  readonly name: string;
  /** undefined: the file cannot be read, `reason` says why. */
  readonly text: string | undefined;
  readonly reason?: string | undefined;
  /** Anyone on the machine may read it. */
  readonly worldReadable?: boolean | undefined;
}

export interface ReadConfigOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where relative paths begin. */
  readonly directory: string;
  /** Processor cores, for maxSendingThreadsPerCore. */
  readonly cores: number;
  /** Absolute; wins over the file's own log.file. */
  readonly logFile?: string | undefined;
  /** Warnings refuse the file too. */
  readonly strict?: boolean | undefined;
  /** A file of agent.d that cannot be read is an error, not a warning. */
  readonly check?: boolean | undefined;
  /** Flows with errors are left out rather than refusing all. */
  readonly skipBadFlows?: boolean | undefined;
}

export interface ReadConfig {
  /** undefined when something was refused. */
  readonly config: AgentConfig | undefined;
  readonly problems: readonly Problem[];
}

/** Reads agent.json and the files of agent.d, of which only `flows` counts. */
export function readConfig(main: ConfigSource, extra: readonly ConfigSource[], options: ReadConfigOptions): ReadConfig {
  const problems = new ProblemList();
  const node = parseSource(main, problems, 'ERROR');
  const top = new Section(rootObject(node, main, problems), { file: main.name, path: '' }, problems);
  const isExpanded = wantsExpansion(node);
  const root = isExpanded && node?.kind === 'object' ? expandNode(node, options.env, problems, main.name) : undefined;
  const section = root?.kind === 'object' ? new Section(root, top.place, problems) : top;
  const { defaults, ...rest } = readTop(section, options);
  if (main.worldReadable && rest.credentials.fixed !== undefined) {
    section.tell('WARN', 'awsSecretAccessKey', 'the file holds a secret and anyone may read it: chmod 600');
  }
  const flows = readFlows(section, defaults, problems, 0);
  section.finish(topRemark);
  for (const source of extra) flows.push(...readExtra(source, { flows: flows.length, defaults, problems, options }));
  if (flows.length === 0 && node?.kind === 'object') section.error('flows', 'no flow is given');
  refuseTwins(flows, problems);
  checkOwnFiles(rest.log.file, flows, problems);
  return result(flows, rest, problems, options);
}

function result(
  flows: readonly ReadFlow[],
  top: Omit<TopConfig, 'defaults'>,
  list: ProblemList,
  options: ReadConfigOptions,
): ReadConfig {
  const problems = options.strict
    ? list.all.map((problem) => (problem.level === 'WARN' ? { ...problem, level: 'ERROR' as const } : problem))
    : list.all;
  const isRefused = (problem: Problem) =>
    problem.level === 'ERROR' && !(options.skipBadFlows && problem.flow !== undefined);
  const good = flows.filter(({ index }) => !list.isBad(index)).map(({ flow }) => flow);
  const config = problems.some(isRefused) || good.length === 0 ? undefined : { ...top, flows: good };
  return { config, problems: inOrder(problems) };
}

function parseSource(source: ConfigSource, problems: ProblemList, level: 'ERROR' | 'WARN'): JsonNode | undefined {
  const place = { file: source.name, line: 1, key: '' };
  if (source.text === undefined) {
    problems.add(level, place, `cannot be read: ${source.reason}`);
    return undefined;
  }
  try {
    return parseJsonWithComments(source.text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, message, whole } = error;
    // The parser of Kinesis Agent reads no further than the value's end.
    if (whole === undefined) problems.add(level, { ...place, line }, message);
    else problems.add('WARN', { ...place, line }, `${message}: ignored from here on`);
    return whole;
  }
}

function rootObject(node: JsonNode | undefined, source: ConfigSource, problems: ProblemList) {
  if (node === undefined) return emptyObject;
  if (node.kind === 'object') return node;
  problems.add('ERROR', { file: source.name, line: node.line, key: '' }, 'must be an object: { "flows": [ ... ] }');
  return emptyObject;
}

function wantsExpansion(node: JsonNode | undefined): boolean {
  const own = node?.kind === 'object' ? node.members.get('sluice')?.node : undefined;
  const wish = own?.kind === 'object' ? own.members.get('expandEnv')?.node : undefined;
  return wish?.kind === 'boolean' && wish.value;
}

interface ExtraOptions {
  /** Flows before this file. */
  readonly flows: number;
  readonly defaults: FlowDefaults;
  readonly problems: ProblemList;
  readonly options: ReadConfigOptions;
}

function readExtra(source: ConfigSource, { flows, defaults, problems, options }: ExtraOptions): readonly ReadFlow[] {
  const node = parseSource(source, problems, options.check || options.strict ? 'ERROR' : 'WARN');
  if (node === undefined) return [];
  const section = new Section(rootObject(node, source, problems), { file: source.name, path: '' }, problems);
  const read = readFlows(section, defaults, problems, flows);
  section.finish(() => 'ignored: only flows counts in this folder');
  return read;
}

function readFlows(section: Section, defaults: FlowDefaults, problems: ProblemList, first: number): ReadFlow[] {
  const read: ReadFlow[] = [];
  for (const [i, item] of (section.items('flows') ?? []).entries()) {
    const index = first + i;
    problems.flow = index;
    if (item.kind === 'object') {
      const inner = section.inner(item, `flows[${i}]`);
      read.push({ flow: readFlow(inner, defaults), section: inner, index });
    } else section.error(`flows[${i}]`, 'must be an object');
    problems.flow = undefined;
  }
  return read;
}

/** Checkpoints go by the id: two flows may not share one. */
function refuseTwins(flows: readonly ReadFlow[], problems: ProblemList): void {
  const seen = new Map<string, Section>();
  for (const { flow, section, index } of flows) {
    const twin = seen.get(flow.id);
    if (twin === undefined) seen.set(flow.id, section);
    else {
      problems.flow = index;
      const { file, path } = twin.place;
      section.error(
        '',
        `same files and stream as ${file === section.place.file ? path : `${file} ${path}`}: ${flow.id}`,
      );
      problems.flow = undefined;
    }
  }
}

function topRemark(key: string): string | undefined {
  if (FLOW_KEYS.has(key)) return 'has no effect at top level; move it into a flow';
  return NO_EFFECT_TOP.includes(key) ? 'accepted, no effect in sluice' : undefined;
}
