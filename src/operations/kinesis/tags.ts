/** Tags of streams, registered consumers, channels and queues: the older operations by stream, the newer ones by ARN. Declarations only. */
import { boolean, integer, list, required, structure } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { resourceArn, streamArn, streamId, streamName, tagKey, tagMap, tagValue } from './shapes.ts';

const tag = structure('Tag', { Key: required(tagKey), Value: tagValue });
const tagList = list(tag, { min: 0, max: 200 });
const tagKeyList = list(tagKey, { min: 1, max: 50 });

/** Declares AddTagsToStream. */
export const addTagsToStream = operation({
  name: 'AddTagsToStream',
  doc: 'Add tags to a stream or overwrite their values.',
  input: { StreamName: streamName, Tags: required(tagMap), StreamARN: streamArn, StreamId: streamId },
  output: null,
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});

/** Declares ListTagsForResource. */
export const listTagsForResource = operation({
  name: 'ListTagsForResource',
  doc: 'List all tags of a stream, registered consumer, channel or queue.',
  input: { ResourceARN: required(resourceArn), StreamId: streamId },
  output: { Tags: tagList },
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares ListTagsForStream. */
export const listTagsForStream = operation({
  name: 'ListTagsForStream',
  doc: 'List the tags of a stream, a page at a time.',
  input: {
    StreamName: streamName,
    ExclusiveStartTagKey: tagKey,
    Limit: integer({ min: 1, max: 50 }),
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: { Tags: required(tagList), HasMoreTags: required(boolean()) },
  errors: ['AccessDeniedException', 'InvalidArgumentException', 'LimitExceededException', 'ResourceNotFoundException'],
});

/** Declares RemoveTagsFromStream. */
export const removeTagsFromStream = operation({
  name: 'RemoveTagsFromStream',
  doc: 'Remove tags from a stream.',
  input: { StreamName: streamName, TagKeys: required(tagKeyList), StreamARN: streamArn, StreamId: streamId },
  output: null,
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});

/** Declares TagResource. */
export const tagResource = operation({
  name: 'TagResource',
  doc: 'Add tags to a stream, registered consumer, channel or queue.',
  input: { Tags: required(tagMap), ResourceARN: required(resourceArn), StreamId: streamId },
  output: null,
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});

/** Declares UntagResource. */
export const untagResource = operation({
  name: 'UntagResource',
  doc: 'Remove tags from a stream, registered consumer, channel or queue.',
  input: { TagKeys: required(tagKeyList), ResourceARN: required(resourceArn), StreamId: streamId },
  output: null,
  errors: [
    'AccessDeniedException',
    'InternalFailureException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
    'ValidationException',
  ],
});
