/** What a metric is: its name, its meaning, and where its samples come from in a frame. Types and the plainest of samples. */
import type { LatencyCounts } from '../model/latency.ts';
import type { MetricsFrame } from '../model/metrics-frame.ts';

export type Labels = Readonly<Record<string, string>>;

/** A value; a histogram's are latencies. undefined: not known, no sample. */
export interface Sample<V = number | undefined> {
  readonly labels: Labels;
  readonly value: V;
}

export interface Described {
  readonly name: string;
  readonly help: string;
  /** Absent: CloudWatch has none. */
  readonly cloudWatch?: string;
  readonly labels: readonly string[];
}

export type Metric =
  | (Described & { readonly kind: 'counter' | 'gauge'; readonly samples: (frame: MetricsFrame) => readonly Sample[] })
  | (Described & {
      readonly kind: 'histogram';
      readonly samples: (frame: MetricsFrame) => readonly Sample<LatencyCounts>[];
    });

/** A metric's only sample. */
export const one = <V>(value: V, labels: Labels = {}): readonly Sample<V>[] => [{ labels, value }];
