/** `sluice stream describe`: what a stream is, and its shards. */
import { parsedAnswer } from '../../client/client.ts';
import { describeStreamSummary } from '../../operations/kinesis/describe-stream.ts';
import { isoTime } from '../../runtime/calendar.ts';
import { isOpen, shardsOf, summaryOf } from '../await-stream.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { documentOf, jsonText, printDocument, printList, wantsPage } from '../list-output.ts';
import { shardColumns } from '../reshard/shard-columns.ts';
import { consumerColumns, consumersOf } from '../stream-consumers.ts';
import type { streamDescribeOptions } from '../table/stream.ts';
import type { OpenStream } from '../target/open-stream.ts';

/** Prints the summary; the forms for people and JSON have the shards too. */
export async function run({ args, options }: Call<typeof streamDescribeOptions>, context: Context): Promise<void> {
  const stream = await context.open(args[0]!);
  if (options.raw) return printRaw(stream);
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
  const shards = rows.map((row) => documentOf(shardColumns, row));
  const consumers = options.consumers ? await consumersOf(stream, summary.StreamARN) : undefined;
  const registered = consumers?.map((row) => documentOf(consumerColumns, row));
  const lists = { shards, ...(registered === undefined ? {} : { registeredConsumers: registered }) };
  await printDocument(context, values, context.global.fields === undefined ? lists : {});
  // Fields are those of the stream, which its shards have not.
  if (!wantsPage(context) || context.global.fields !== undefined) return;
  await context.out.write('\n');
  await printList(context, shardColumns, rows);
  if (consumers === undefined) return;
  await context.out.write('\n');
  await printList(context, consumerColumns, consumers);
}

/** As the API answers, every member that a newer service may send with it. */
async function printRaw({ context, client, ref }: OpenStream): Promise<void> {
  const answer = await client.send(describeStreamSummary.name, Buffer.from(JSON.stringify(ref)), {
    signal: context.signal,
  });
  await context.out.write(jsonText(parsedAnswer(answer), context.out.isTerminal));
}
