/** CreateChannel, DescribeChannel, ListChannels, UpdateChannel and DeleteChannel. */
import { Fault } from '../../model/fault.ts';
import { LIST_CHANNELS_MAX } from '../../model/limits.ts';
import {
  createChannel,
  deleteChannel,
  describeChannel,
  listChannels,
  updateChannel,
} from '../../operations/kinesis/channels.ts';
import { type Handler, route } from '../route.ts';
import { channelDescription, channelSummary, loggingOf, requestedChannel } from './channel-shapes.ts';
import { isStreamAsked } from './stream-filter.ts';

const TOKEN_KIND = 'ListChannels';

/** The answer says CREATING, as that of a stream or consumer does, also where the channel needs no time. */
const handleCreate: Handler<typeof createChannel> = async (input, call) => {
  const { service, scope } = call;
  service.channels.checkDelivers();
  const { stream: name, channel } = requestedChannel(input);
  const created = await service.channels.create({ scope, name }, channel);
  return { ChannelDescription: { ...channelDescription(created, call), ChannelStatus: 'CREATING' } };
};

const handleDescribe: Handler<typeof describeChannel> = async (input, call) => {
  const found = call.service.channels.find(call.scope, input.ChannelARN);
  return { ChannelDescription: channelDescription(found, call) };
};

const handleUpdate: Handler<typeof updateChannel> = async (input, call) => {
  const { S3DestinationConfiguration: s3, S3TablesDestinationConfiguration: tables, LoggingConfiguration } = input;
  if (tables !== undefined) throw new Fault('InvalidArgumentException', 'The channel does not deliver to S3 Tables.');
  if (s3 === undefined && LoggingConfiguration === undefined) {
    throw new Fault('InvalidArgumentException', 'Neither a data freshness nor a logging configuration was provided.');
  }
  const updated = await call.service.channels.update(call.scope, input.ChannelARN, {
    ...(s3 && { freshnessSeconds: s3.DataFreshnessInSeconds }),
    ...(LoggingConfiguration && { logging: loggingOf(LoggingConfiguration) }),
  });
  return { ChannelDescription: channelDescription(updated, call) };
};

const handleDelete: Handler<typeof deleteChannel> = async (input, { service, scope }) => {
  await service.channels.remove(scope, input.ChannelARN);
  return undefined;
};

const handleList: Handler<typeof listChannels> = async (input, call) => {
  const { service, scope } = call;
  const after = input.NextToken === undefined ? '' : (service.openToken(TOKEN_KIND, input.NextToken) as string);
  const found = service.channels
    .all(scope)
    .filter(({ stream, channel }) => channel.name > after && isStreamAsked(stream, input.StreamFilter));
  const page = found.slice(0, Math.min(input.MaxResults ?? LIST_CHANNELS_MAX, LIST_CHANNELS_MAX));
  return {
    ChannelSummaries: page.map((entry) => channelSummary(entry, call)),
    NextToken: page.length < found.length ? service.sealToken(TOKEN_KIND, page.at(-1)!.channel.name) : undefined,
  };
};

export const createChannelRoute = route({ operation: createChannel, handle: handleCreate });
export const describeChannelRoute = route({ operation: describeChannel, handle: handleDescribe });
export const updateChannelRoute = route({ operation: updateChannel, handle: handleUpdate });
export const deleteChannelRoute = route({ operation: deleteChannel, handle: handleDelete });
export const listChannelsRoute = route({ operation: listChannels, handle: handleList });
