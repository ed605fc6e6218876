/** `sluice consume describe`: a group, and where it is in each shard. */
import { shardsOf } from '../await-stream.ts';
import type { Call } from '../command-spec.ts';
import { existingGroup } from '../consume/existing-group.ts';
import { groupRow, shardLagColumns } from '../consume/group-row.ts';
import type { Context } from '../context.ts';
import { documentOf, printDocument, printList, wantsPage } from '../list-output.ts';
import type { consumeDescribeOptions } from '../table/consume.ts';

export async function run({ args, options }: Call<typeof consumeDescribeOptions>, context: Context): Promise<void> {
  const { stream, file } = await existingGroup(context, args[0]!, options);
  const { shards, path, ...row } = await groupRow(stream, file, await shardsOf(stream));
  const list = { shards: shards.map((shard) => documentOf(shardLagColumns, shard)) };
  await printDocument(context, { ...row, file: path }, context.global.fields === undefined ? list : {});
  // Fields are those of the group, which its shards have not.
  if (!wantsPage(context) || context.global.fields !== undefined) return;
  await context.out.write('\n');
  await printList(context, shardLagColumns, shards);
}
