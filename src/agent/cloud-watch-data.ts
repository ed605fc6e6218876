/**
 * The agent's figures as CloudWatch takes them: the names, units and dimensions of Kinesis Agent, and PutMetricData as a
 * form. Pure. Source: https://docs.aws.amazon.com/streams/latest/dev/agent-health.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
import type { FlowConfig } from './config.ts';
import type { FlowStatus } from './flow-status.ts';

/** What one destination has been sent since the start. */
export interface DestinationFigures {
  readonly BytesSent: number;
  readonly RecordSendAttempts: number;
  readonly RecordSendErrors: number;
  readonly RecordsSent: number;
  readonly ServiceErrors: number;
}

export const NO_FIGURES: DestinationFigures = {
  BytesSent: 0,
  RecordSendAttempts: 0,
  RecordSendErrors: 0,
  RecordsSent: 0,
  ServiceErrors: 0,
};

/** The flows' figures by destination, `KinesisStream:<name>` or `DeliveryStream:<name>`. */
export function figuresByDestination(
  configs: readonly FlowConfig[],
  flows: readonly FlowStatus[],
): ReadonlyMap<string, DestinationFigures> {
  const destinations = new Map(configs.map((flow) => [flow.id, destinationOf(flow)]));
  const sums = new Map<string, DestinationFigures>();
  for (const { id, delivery } of flows) {
    const destination = destinations.get(id);
    if (destination === undefined) continue;
    const before = sums.get(destination) ?? NO_FIGURES;
    sums.set(destination, {
      BytesSent: before.BytesSent + delivery.sentBytes,
      RecordSendAttempts: before.RecordSendAttempts + delivery.sentRecords + delivery.retriedRecords,
      RecordSendErrors: before.RecordSendErrors + delivery.retriedRecords,
      RecordsSent: before.RecordsSent + delivery.sentRecords,
      ServiceErrors: before.ServiceErrors + delivery.failedRequests,
    });
  }
  return sums;
}

function destinationOf({ target }: FlowConfig): string {
  return `${target.service === 'kinesis' ? 'KinesisStream' : 'DeliveryStream'}:${target.name}`;
}

export interface MetricsMessage {
  readonly namespace: string;
  /** ISO 8601. */
  readonly time: string;
  readonly destination: string;
  /** undefined: no such dimension. */
  readonly instance: string | undefined;
  /** What came since the last message. */
  readonly figures: DestinationFigures;
}

/** The form of one PutMetricData, with the five metrics of one destination. */
export function metricsForm(message: MetricsMessage): string {
  const { namespace, time, destination, instance, figures } = message;
  const form = new URLSearchParams({ Action: 'PutMetricData', Version: '2010-08-01', Namespace: namespace });
  const dimensions = [['Destination', destination], ...(instance === undefined ? [] : [['Instance', instance]])];
  for (const [i, [name, value]] of Object.entries(figures).entries()) {
    const member = `MetricData.member.${i + 1}`;
    form.set(`${member}.MetricName`, name);
    form.set(`${member}.Timestamp`, time);
    form.set(`${member}.Unit`, name === 'BytesSent' ? 'Bytes' : 'Count');
    form.set(`${member}.Value`, String(value));
    for (const [j, [dimension, text]] of dimensions.entries()) {
      form.set(`${member}.Dimensions.member.${j + 1}.Name`, dimension!);
      form.set(`${member}.Dimensions.member.${j + 1}.Value`, text!);
    }
  }
  return String(form);
}

/** What came between two looks; undefined when nothing did. */
export function figuresSince(now: DestinationFigures, before: DestinationFigures): DestinationFigures | undefined {
  const since = {
    BytesSent: now.BytesSent - before.BytesSent,
    RecordSendAttempts: now.RecordSendAttempts - before.RecordSendAttempts,
    RecordSendErrors: now.RecordSendErrors - before.RecordSendErrors,
    RecordsSent: now.RecordsSent - before.RecordsSent,
    ServiceErrors: now.ServiceErrors - before.ServiceErrors,
  };
  return Object.values(since).some((value) => value > 0) ? since : undefined;
}
