/**
 * Batches that a subscription of CloudWatch Logs sends. Pure.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */

/**
 * The log events of a batch, each as JSON with its group, stream and owner; none for the message that tests whether
 * the destination can be reached; undefined for anything else.
 */
export function logEvents(batch: unknown): readonly Uint8Array[] | undefined {
  const { messageType, owner, logGroup, logStream, logEvents: events } = Object(batch) as Record<string, unknown>;
  if (messageType === 'CONTROL_MESSAGE') return [];
  if (messageType !== 'DATA_MESSAGE' || !Array.isArray(events)) return undefined;
  return events.map((event) => Buffer.from(JSON.stringify({ owner, logGroup, logStream, ...Object(event) })));
}
