/** Every command with a line that runs it: one row a command, for what is true of all of them. */

export interface Row {
  /** Behind the command's words, as typed in bash. */
  readonly args: string;
  /** Run before each try. */
  readonly before?: string;
  /** Other than 0. */
  readonly exit?: number;
  /** On stdout: nothing, one document or list with --json, an object a line, or text of its own form. */
  readonly prints: 'nothing' | 'json' | 'lines' | 'text';
  /** A form that goes on until a signal, what shows that it has begun, and its exit code at the first Ctrl-C. */
  readonly lasts?: { readonly args: string; readonly begun: string; readonly exit: number };
  /** What needs no stream and no server: not tried with those that are not there. */
  readonly needsNoServer?: boolean;
}

const config = 'sluice context create saved --endpoint http://127.0.0.1:1 -q 2>/dev/null';
const OUT = '[ -s out ]';
const group = 'ls .local/state/sluice/groups/row@* || sluice consume orders -g row --no-follow --ack auto -- cat';

export const rows: Readonly<Record<string, Row>> = {
  put: {
    args: 'orders hello --echo',
    prints: 'lines',
    lasts: { args: 'orders -f app.log --follow --echo', begun: OUT, exit: 130 },
  },
  tail: {
    args: 'orders --from horizon --no-follow',
    prints: 'lines',
    lasts: { args: 'orders --from horizon', begun: OUT, exit: 130 },
  },
  cat: { args: 'orders', prints: 'text' },
  top: { args: 'orders --once', prints: 'json' },
  replay: {
    args: 'orders --from horizon --pace max',
    prints: 'lines',
    lasts: { args: 'orders --from horizon --pace 1/s --loop 99', begun: OUT, exit: 130 },
  },
  split: { before: 'sluice stream create spare -q', args: 'spare 0', prints: 'nothing' },
  merge: { before: 'sluice stream create spare -s 2 -q', args: 'spare 0 1', prints: 'nothing' },
  'stream list': { args: '-l', prints: 'json' },
  'stream describe': { args: 'orders --consumers', prints: 'json' },
  'stream shards': { args: 'orders', prints: 'json' },
  'stream consumers': { args: 'orders', prints: 'json' },
  'stream create': { args: 'spare -s 2', prints: 'nothing' },
  'stream delete': { before: 'sluice stream create spare -q', args: 'spare --yes', prints: 'nothing' },
  'stream scale': { before: 'sluice stream create spare -q', args: 'spare 2', prints: 'nothing' },
  'stream retention': { args: 'orders', prints: 'json' },
  'stream mode': { args: 'orders', prints: 'json' },
  'stream tag': { before: 'sluice stream tag orders team=shop -q', args: 'orders', prints: 'json' },
  'stream encrypt': { before: 'sluice stream create spare -q', args: 'spare', prints: 'nothing' },
  'stream wait': { args: 'orders', prints: 'nothing' },
  'stream limits': { args: '', prints: 'json' },
  serve: {
    args: '--memory --port 0 --name other -- true',
    prints: 'nothing',
    needsNoServer: true,
    lasts: { args: '--memory --port 0 --name other', begun: 'grep -q 127.0.0.1 out err', exit: 0 },
  },
  'serve status': { args: '', prints: 'json', needsNoServer: true },
  'serve stop': {
    before: 'sluice serve -d --memory --port 0 --name other -q',
    args: '--name other',
    prints: 'nothing',
    needsNoServer: true,
  },
  'serve logs': { args: '', prints: 'text', needsNoServer: true },
  'serve reset': {
    before: 'sluice serve -d --memory --port 0 --name other -q 2>/dev/null',
    args: '--name other --yes',
    prints: 'nothing',
    needsNoServer: true,
  },
  'serve verify': {
    before: 'sluice serve -d --port 0 --data kept --name kept -q && sluice serve stop --name kept -q',
    args: '--data kept',
    prints: 'json',
    needsNoServer: true,
  },
  'serve snapshot': {
    before: 'sluice serve -d --port 0 --data kept --name kept -q && sluice serve stop --name kept -q',
    args: 'save kept.tar.gz --data kept',
    prints: 'nothing',
    needsNoServer: true,
  },
  agent: {
    args: "'app.log' --to orders --once --from-start --state-dir agent",
    prints: 'nothing',
    needsNoServer: true,
    lasts: {
      args: "'app.log' --to orders --from-start --state-dir agent2",
      begun: 'grep -q ready err',
      exit: 0,
    },
  },
  consume: {
    before: 'rm -rf .local/state/sluice/groups',
    args: 'orders -g row --no-follow --ack auto -- cat',
    prints: 'text',
    // What is added to the line would be the command's.
    needsNoServer: true,
    lasts: { args: 'orders -g live -- cat', begun: OUT, exit: 0 },
  },
  'consume list': { args: 'orders', prints: 'json' },
  'consume describe': { before: group, args: 'orders -g row', prints: 'json' },
  'consume reset': { before: group, args: 'orders -g row --to horizon --yes', prints: 'nothing' },
  'consume register': {
    before: 'sluice consume deregister orders made -q',
    args: 'orders made',
    prints: 'nothing',
  },
  'consume deregister': {
    before: 'sluice consume register orders made -q',
    args: 'orders made',
    prints: 'nothing',
  },
  bench: { args: '--duration 300ms --warmup 0s', prints: 'json' },
  plan: { args: '--records 6 --size 1024KB --consumers 7', prints: 'json', needsNoServer: true },
  doctor: { args: '', prints: 'json', needsNoServer: true },
  'context create': {
    before: 'sluice context remove made --yes -q 2>/dev/null',
    args: 'made --endpoint http://127.0.0.1:1',
    prints: 'nothing',
    needsNoServer: true,
  },
  'context list': { args: '', prints: 'json', needsNoServer: true },
  'context use': { args: 'local', prints: 'nothing', needsNoServer: true },
  'context show': { args: '', prints: 'json', needsNoServer: true },
  'context edit': { before: config, args: 'saved --read-only', prints: 'nothing', needsNoServer: true },
  'context remove': { before: config, args: 'saved --yes', prints: 'nothing', needsNoServer: true },
  'context import': {
    before: "mkdir -p .aws && printf '[profile one]\\nregion = us-east-1\\n' > .aws/config",
    args: '',
    prints: 'nothing',
    needsNoServer: true,
  },
  'config get': {
    before: 'sluice config set defaults.tail.timestamps utc -q',
    args: 'defaults.tail.timestamps',
    prints: 'text',
    needsNoServer: true,
  },
  'config set': { args: 'defaults.tail.timestamps utc', prints: 'nothing', needsNoServer: true },
  'config unset': {
    before: 'sluice config set defaults.tail.timestamps utc -q',
    args: 'defaults.tail.timestamps',
    prints: 'nothing',
    needsNoServer: true,
  },
  'config list': { before: config, args: '', prints: 'json', needsNoServer: true },
  'config edit': { before: config, args: '', prints: 'nothing', needsNoServer: true },
  'config path': { args: '', prints: 'text', needsNoServer: true },
  'config schema': { args: '', prints: 'text', needsNoServer: true },
  schema: { args: 'stream list', prints: 'text', needsNoServer: true },
  api: { args: 'ListStreams', prints: 'json' },
  completion: { args: 'bash', prints: 'text', needsNoServer: true },
  'completion install': { args: '--shell bash --yes', prints: 'text', needsNoServer: true },
  help: { args: 'exit-codes', prints: 'text', needsNoServer: true },
};
