/** The older tag operations, by stream, and the newer ones, by ARN. Both work on the same tags. */
import {
  addTagsToStream,
  listTagsForResource,
  listTagsForStream,
  removeTagsFromStream,
  tagResource,
  untagResource,
} from '../../operations/kinesis/tags.ts';
import { type Handler, route } from '../route.ts';
import { taggedResourceOf } from './resource-arn.ts';
import { streamNameOf } from './stream-name.ts';

const handleAdd: Handler<typeof addTagsToStream> = async (input, { service, scope }) => {
  await service.settings.addTags(scope, { kind: 'stream', name: streamNameOf(input) }, input.Tags);
  return undefined;
};

const handleRemove: Handler<typeof removeTagsFromStream> = async (input, { service, scope }) => {
  await service.settings.removeTags(scope, { kind: 'stream', name: streamNameOf(input) }, input.TagKeys);
  return undefined;
};

const handleList: Handler<typeof listTagsForStream> = async (input, { service, scope }) => {
  const { ExclusiveStartTagKey: after, Limit } = input;
  const tags = service.settings.tags(scope, { kind: 'stream', name: streamNameOf(input) });
  const rest = after === undefined ? tags : tags.filter(([key]) => key > after);
  const page = rest.slice(0, Limit);
  return { Tags: page.map(tagAnswer), HasMoreTags: page.length < rest.length };
};

const handleTag: Handler<typeof tagResource> = async (input, { service, scope }) => {
  await service.settings.addTags(scope, taggedResourceOf(input.ResourceARN), input.Tags);
  return undefined;
};

const handleUntag: Handler<typeof untagResource> = async (input, { service, scope }) => {
  await service.settings.removeTags(scope, taggedResourceOf(input.ResourceARN), input.TagKeys);
  return undefined;
};

const handleListResource: Handler<typeof listTagsForResource> = async (input, { service, scope }) => {
  return { Tags: service.settings.tags(scope, taggedResourceOf(input.ResourceARN)).map(tagAnswer) };
};

function tagAnswer([Key, Value]: readonly [string, string]) {
  return { Key, Value };
}

export const addTagsRoute = route({ operation: addTagsToStream, handle: handleAdd });
export const removeTagsRoute = route({ operation: removeTagsFromStream, handle: handleRemove });
export const listTagsRoute = route({ operation: listTagsForStream, handle: handleList });
export const tagResourceRoute = route({ operation: tagResource, handle: handleTag });
export const untagResourceRoute = route({ operation: untagResource, handle: handleUntag });
export const listResourceTagsRoute = route({ operation: listTagsForResource, handle: handleListResource });
