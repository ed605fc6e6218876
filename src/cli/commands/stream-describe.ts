/** `sluice stream describe`: what a stream is, and its shards. */
import { isoTime } from '../../runtime/calendar.ts';
import { isOpen, shardsOf, summaryOf } from '../await-stream.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { printDocument, printList } from '../list-output.ts';
import { shardColumns } from '../shard-columns.ts';
import type { streamDescribeOptions } from '../table/stream.ts';

/** Prints the summary; the forms for people and JSON have the shards too. */
export async function run({ args, options }: Call<typeof streamDescribeOptions>, context: Context): Promise<void> {
  const stream = await context.open(args[0]!);
  const summary = await summaryOf(stream);
  const listed = summary.StreamStatus === 'CREATING' ? [] : await shardsOf(stream);
  const rows = listed.filter((shard) => options.shards === 'all' || isOpen(shard) === (options.shards === 'open'));
  const values = {
    name: summary.StreamName,
    arn: summary.StreamARN,
    status: summary.StreamStatus,
    mode: summary.StreamModeDetails?.StreamMode ?? 'PROVISIONED',
    openShards: summary.OpenShardCount,
    retentionHours: summary.RetentionPeriodHours,
    created: isoTime(summary.StreamCreationTimestamp),
    encryption: summary.EncryptionType ?? 'NONE',
    consumers: summary.ConsumerCount ?? 0,
    maxRecordKiB: summary.MaxRecordSizeInKiB ?? 1_024,
  };
  const shards = rows.map((row) => Object.fromEntries(shardColumns.map((column) => [column.name, column.of(row)])));
  await printDocument(context, values, context.global.fields === undefined ? { shards } : {});
  const format = context.listFormat;
  if (format !== 'table' && format !== 'wide') return;
  await context.out.write('\n');
  await printList(context, shardColumns, rows);
}
