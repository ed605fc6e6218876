/** `sluice stream tag`: lists, sets and removes tags of a stream. */
import { addTagsToStream, listTagsForStream, removeTagsFromStream } from '../../operations/kinesis/tags.ts';
import type { Output } from '../../operations/operation.ts';
import { change } from '../change.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import { type Column, printList } from '../list-output.ts';
import type { streamTagOptions } from '../table/stream.ts';
import { parseTags } from '../tags.ts';
import type { OpenStream } from '../target/open-stream.ts';

type Tag = Output<typeof listTagsForStream>['Tags'][number];

const columns: readonly Column<Tag>[] = [
  { name: 'key', of: (tag) => tag.Key },
  { name: 'value', of: (tag) => tag.Value ?? '' },
];

/** Lists when nothing is to be set or removed; removes before it sets. */
export async function run({ args, options }: Call<typeof streamTagOptions>, context: Context): Promise<void> {
  const [name, pairs, { remove: TagKeys }] = [args[0]!, args.slice(1), options];
  const stream = await context.open(name);
  if (pairs.length === 0 && TagKeys.length === 0) {
    return printList(context, columns, await tagsOf(stream));
  }
  const Tags = parseTags(pairs);
  const both = TagKeys.find((key) => Object.hasOwn(Tags, key));
  if (both !== undefined) throw usageError(`tag "${both}" is to be set and removed`);
  if (TagKeys.length > 0) await change(stream, removeTagsFromStream, { ...stream.ref, TagKeys });
  if (pairs.length > 0) await change(stream, addTagsToStream, { ...stream.ref, Tags });
  if (!context.global.dryRun) context.note(`${name}  ${Object.keys(Tags).length} set  ${TagKeys.length} removed`);
}

async function tagsOf({ context, client, ref }: OpenStream): Promise<readonly Tag[]> {
  const tags: Tag[] = [];
  let more = true;
  while (more) {
    const input = { ...ref, ExclusiveStartTagKey: tags.at(-1)?.Key };
    const page: Output<typeof listTagsForStream> = await client.call(listTagsForStream, input, {
      signal: context.signal,
    });
    tags.push(...page.Tags);
    more = page.HasMoreTags;
  }
  return tags;
}
