/** The command line that shows or does the same as the screen: the screen teaches the shell. Pure. */
import type { ShardFigures, StreamFigures } from './figures.ts';
import { colderNeighbour, mergeCommand, previewSplit, shellWord, splitChoices } from './reshard-preview.ts';
import type { PeekedRecord } from './scene.ts';
import type { ScreenState } from './state.ts';

/** What `!` prints: this view, as the shell can ask for it. `rest` are the options that choose the target. */
export function viewCommand(state: ScreenState, stream: StreamFigures | undefined, rest: string): string {
  const words = ['sluice top'];
  if (stream !== undefined && state.view === 'peek') words[0] = 'sluice tail';
  if (stream !== undefined) words.push(shellWord(stream.name));
  if (state.view === 'peek') {
    if (state.shard !== undefined) words.push(`--shard ${state.shard}`);
    if (state.filters.peek !== '') words.push(`--grep ${shellWord(state.filters.peek)}`);
  } else {
    if (state.view !== 'overview') words.push(`--view ${state.view}`);
    if (state.sort !== 'age') words.push(`--sort ${state.sort}`);
    if (state.filters.shards !== '') words.push(`--filter ${shellWord(state.filters.shards)}`);
    if (state.showsClosed) words.push('--closed');
    if (state.intervalMs !== 2_000) words.push(`--interval ${state.intervalMs}ms`);
  }
  return rest === '' ? words.join(' ') : `${words.join(' ')} ${rest}`;
}

export interface MenuEntry {
  /** The key that does it. */
  readonly key: string;
  readonly text: string;
  readonly command: string;
}

/** All that can be done with the selected row, each with its command line. */
export function menuEntries(stream: StreamFigures, shard: ShardFigures | undefined): readonly MenuEntry[] {
  const name = shellWord(stream.name);
  const about: readonly MenuEntry[] = [
    { key: 'y', text: 'copy the id', command: `sluice stream shards ${name} -o name` },
    { key: 'e', text: 'write the table to a file', command: `sluice top ${name} --once --csv` },
  ];
  if (shard === undefined) return about;
  const { index } = shard;
  const split = previewSplit(stream, shard, splitChoices(stream, shard)[0] ?? 'middle');
  const other = colderNeighbour(stream, shard);
  return [
    { key: 'enter', text: 'look at the shard', command: `sluice top ${name} --view shard` },
    { key: '3', text: 'read its records', command: `sluice tail ${name} --shard ${index}` },
    { key: 'R', text: 'read all it keeps', command: `sluice tail ${name} --shard ${index} --from horizon --no-follow` },
    ...(shard.isOpen ? [{ key: 'S', text: 'split it', command: split.command }] : []),
    ...(shard.isOpen && other !== undefined
      ? [{ key: 'M', text: 'merge it', command: mergeCommand(stream, shard, other) }]
      : []),
    ...about,
  ];
}

/** Replays a shard from a record on. */
export function replayCommand(stream: StreamFigures, shard: number | undefined, record: PeekedRecord): string {
  const place = shard === undefined ? '' : ` --shard ${shard}`;
  return `sluice replay ${shellWord(stream.name)}${place} --from seq:${record.sequenceNumber} --to -`;
}
