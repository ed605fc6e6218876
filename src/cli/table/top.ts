/** `sluice top`. Data only. */
import { choice, command, count, duration, flag, text } from '../command-spec.ts';

export const topOptions = {
  interval: duration('--interval <duration>', 'between two looks', { default: 2_000 }),
  view: choice('--view <view>', 'screen to begin with', {
    choices: ['overview', 'shard', 'peek', 'consumers', 'keys', 'events', 'streams'],
    default: 'overview',
  }),
  sort: choice('--sort <column>', 'order of the shards', {
    choices: ['id', 'in', 'rec', 'capacity', 'out', 'thr', 'age'],
    default: 'age',
  }),
  filter: text('--filter <regex>', 'only shards like this; !x: those unlike x'),
  closed: flag('--closed', 'closed shards too'),
  share: count('--share <n>', 'GetRecords calls a second and shard that looking may take, of the 5 there are [2]'),
  peek: flag('--no-peek', 'read no records'),
  readWrite: flag('--read-write', 'allow splits and merges elsewhere than on this machine'),
  once: flag('--once', 'print one sample and end'),
  ticks: count('-n, --ticks <n>', 'print so many samples and end'),
  csv: flag('--csv', 'samples as CSV, a line a shard'),
  prom: flag('--prom', 'a sample as Prometheus text, for a textfile collector'),
  check: text('--check <conditions>', "print one line; exit 11 unless they hold: 'capacity<80,lag<30s,throttled==0'"),
  theme: choice('--theme <name>', 'colours [auto]', {
    choices: ['auto', 'dark', 'light', 'high-contrast', 'deuter'],
    env: 'SLUICE_THEME',
  }),
  ascii: flag('--ascii', 'no signs beyond ASCII', { env: 'SLUICE_ASCII' }),
  mouse: flag('--mouse', 'clicks and wheel (selecting text then needs Shift)'),
  altScreen: flag('--no-alt-screen', 'leave the last picture in the scrollback'),
};
export type TopOptions = typeof topOptions;

export const topCommand = command({
  path: 'top',
  group: 'Daily',
  summary: 'Watch streams, shards and readers live',
  args: [{ name: 'stream', doc: 'the stream to begin with [the first]', kind: 'stream' }],
  options: topOptions,
  examples: [
    ['sluice top', 'all streams of the local server; ? lists the keys'],
    ['sluice top orders --once', 'one sample as a table'],
    ["sluice top orders --once --check 'capacity<80,lag<30s'", 'for monitoring: exit 0 or 11'],
    ['sluice top orders --json -n 5 --interval 1s | jq .streams[0].bytesInPerSecond', ''],
  ],
  load: () => import('../commands/top.ts'),
});
