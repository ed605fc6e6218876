/** What happens in the service, as lines for the operator. Not a request log: puts and reads are not told. */
import type { CatalogEvent } from '../model/catalog.ts';
import type { Logger } from '../runtime/logger.ts';
import type { ServiceEvents } from '../service/events.ts';

/** Events that write to the logger. */
export function logEvents(logger: Logger): Partial<ServiceEvents> {
  const fail = (message: string, error: unknown, fields: object = {}) =>
    logger.log('error', message, { ...fields, error: error instanceof Error ? error.message : String(error) });
  return {
    catalogChanged: (event) => logger.log(levelOf(event), event.kind, subjectOf(event)),
    storeFailed: ({ name }, error) => fail('The store refused records', error, { stream: name }),
    transitionFailed: ({ name }, error) => fail('A change could not be carried out', error, { stream: name }),
    deliveryFailed: ({ name }, channel, error) =>
      fail('A file of a channel could not be written', error, { stream: name, channel }),
    sweepFailed: (error) => fail('Expired records could not be removed', error),
  };
}

/** What happens by itself or again and again. */
const FREQUENT: readonly CatalogEvent['kind'][] = [
  'serviceStarted',
  'retentionSwept',
  'channelDelivered',
  'queueMoved',
];

function levelOf({ kind }: CatalogEvent): 'debug' | 'info' {
  return FREQUENT.includes(kind) ? 'debug' : 'info';
}

function subjectOf(event: CatalogEvent): Record<string, unknown> {
  if ('stream' in event) return { stream: event.stream.name };
  return 'id' in event ? { streamId: event.id } : {};
}
