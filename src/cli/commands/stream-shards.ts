/** `sluice stream shards`: a list, or the lineage as a tree. */

import { printable } from '../../runtime/logger.ts';
import { isOpen, type ListedShard, shardsOf } from '../await-stream.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { printList } from '../list-output.ts';
import { parentsOf, shardColumns, sharePercent } from '../reshard/shard-columns.ts';
import type { streamShardsOptions } from '../table/stream.ts';
import { shortShard } from '../values.ts';

/** Lists the shards of a stream. */
export async function run({ args, options }: Call<typeof streamShardsOptions>, context: Context): Promise<void> {
  const all = await shardsOf(await context.open(args[0]!));
  if (options.tree) {
    for (const line of treeLines(all)) await context.out.write(`${printable(line)}\n`);
    return;
  }
  const { state } = options;
  const rows = all.filter((shard) => state === 'all' || isOpen(shard) === (state === 'open'));
  await printList(context, shardColumns, rows);
}

/** A merged shard stands under the first of its parents. */
function treeLines(all: readonly ListedShard[]): readonly string[] {
  const ids = new Set(all.map((shard) => shard.ShardId));
  const parentOf = (shard: ListedShard) => parentsOf(shard).find((id) => ids.has(id));
  const lines: string[] = [];
  const draw = (shard: ListedShard, head: string, tail: string) => {
    const merged = parentsOf(shard).length > 1 ? `  from ${parentsOf(shard).map(shortShard).join(' and ')}` : '';
    const state = isOpen(shard) ? `OPEN  ${sharePercent(shard).toFixed(1)} %` : 'CLOSED';
    lines.push(`${head}${shortShard(shard.ShardId)}  ${state}${merged}`);
    const children = all.filter((one) => parentOf(one) === shard.ShardId);
    for (const [i, child] of children.entries()) {
      const isLast = i === children.length - 1;
      draw(child, `${tail}${isLast ? '└─ ' : '├─ '}`, `${tail}${isLast ? '   ' : '│  '}`);
    }
  };
  for (const shard of all) if (parentOf(shard) === undefined) draw(shard, '', '');
  return lines;
}
