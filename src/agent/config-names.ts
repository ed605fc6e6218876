/** The keys of Kinesis Agent's file, for what to say about one in the wrong place or misspelled. Pure. */

import { editDistance } from '../model/edit-distance.ts';

/** Top-level keys that mean something to Kinesis Agent and nothing here. */
export const NO_EFFECT_TOP: readonly string[] = [
  'checkpoints.queryTimeoutSeconds',
  'checkpoints.connectionTimeoutSeconds',
  'cloudwatch.metricsQueueSize',
  'sendingThreadsKeepAliveMillis',
  'sendingThreadsMaxQueueSize',
  'useHttpGzip',
];

/** Keys of a flow that mean something to Kinesis Agent and nothing here. */
export const NO_EFFECT_FLOW: readonly string[] = ['waitOnEmptyPublishQueueMillis', 'waitOnFullPublishQueueMillis'];

/** Keys of a flow, as found at the top level of many files, where they do nothing. */
export const FLOW_KEYS: ReadonlySet<string> = new Set([
  'filePattern',
  'kinesisStream',
  'deliveryStream',
  'partitionKeyOption',
  'initialPosition',
  'maxBufferAgeMillis',
  'maxBufferSizeBytes',
  'maxBufferSizeRecords',
  'aggregatedRecordSizeBytes',
  'multiLineStartPattern',
  'skipHeaderLines',
  'fileFooterPattern',
  'truncatedRecordTerminator',
  'dataProcessingOptions',
  'minTimeBetweenFilePollsMillis',
  'maxTimeBetweenFileTrackerRefreshMillis',
  'publishQueueCapacity',
  'retryInitialBackoffMillis',
  'retryMaxBackoffMillis',
  ...NO_EFFECT_FLOW,
]);

/** The name nearest to a misspelled one, if any is near: at most a third of its letters off. */
export function similarName(wrong: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: editDistance(wrong.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.floor(wrong.length / 4)) ? best.name : undefined;
}
