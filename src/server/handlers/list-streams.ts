/** ListStreams: pages by NextToken, or by the last name as older clients do. */
import { LIST_STREAMS_MAX } from '../../model/limits.ts';
import { streamArn } from '../../model/stream.ts';
import { listStreams } from '../../operations/kinesis/list-streams.ts';
import { type Handler, route } from '../route.ts';

/** The payload of a token is the last name given. */
const TOKEN_KIND = 'ListStreams';

const handleListStreams: Handler<typeof listStreams> = async (input, { service, scope }) => {
  const after =
    input.NextToken === undefined
      ? (input.ExclusiveStartStreamName ?? '')
      : (service.openToken(TOKEN_KIND, input.NextToken) as string);
  const streams = service.streams(scope).filter((stream) => stream.name > after);
  const page = streams.slice(0, Math.min(input.Limit ?? LIST_STREAMS_MAX, LIST_STREAMS_MAX));
  const hasMore = page.length < streams.length;
  return {
    StreamNames: page.map((stream) => stream.name),
    HasMoreStreams: hasMore,
    NextToken: hasMore ? service.sealToken(TOKEN_KIND, page.at(-1)!.name) : undefined,
    StreamSummaries: page.map((stream) => ({
      StreamName: stream.name,
      StreamARN: streamArn(scope, stream.name),
      StreamStatus: stream.status,
      StreamModeDetails: { StreamMode: stream.mode },
      StreamCreationTimestamp: stream.createdMs,
    })),
  };
};

export const listStreamsRoute = route({ operation: listStreams, handle: handleListStreams });
