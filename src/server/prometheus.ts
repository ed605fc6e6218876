/** A frame as the text that Prometheus scrapes. Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */
import { LATENCY_BOUNDS_MS, type LatencyCounts } from '../model/latency.ts';
import type { MetricsFrame } from '../model/metrics-frame.ts';
import { SECOND_MS } from '../model/time.ts';
import type { Labels, Metric } from './metrics-kinds.ts';
import { METRICS } from './metrics-table.ts';

export const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** Every metric that has a sample. */
export function prometheusText(frame: MetricsFrame): string {
  return METRICS.map((metric) => familyText(metric, linesOf(metric, frame))).join('');
}

function familyText({ name, help, kind }: Metric, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('')}`;
}

function linesOf(metric: Metric, frame: MetricsFrame): readonly string[] {
  const { name } = metric;
  if (metric.kind === 'histogram') {
    return metric.samples(frame).flatMap(({ labels, value }) => histogramLines(name, labels, value));
  }
  return metric.samples(frame).flatMap(({ labels, value }) => (value === undefined ? [] : [line(name, labels, value)]));
}

/** Buckets hold what lies at or below their bound: they add up. */
function histogramLines(name: string, labels: Labels, { count, sumMs, buckets }: LatencyCounts): readonly string[] {
  let upTo = 0;
  const lines = LATENCY_BOUNDS_MS.map((boundMs, i) => {
    upTo += buckets[i]!;
    return line(`${name}_bucket`, { ...labels, le: String(boundMs / SECOND_MS) }, upTo);
  });
  return [
    ...lines,
    line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
    line(`${name}_sum`, labels, sumMs / SECOND_MS),
    line(`${name}_count`, labels, count),
  ];
}

const line = (name: string, labels: Labels, value: number) => `${name}${labelsText(labels)} ${value}\n`;

/** Samples of many metrics share their labels. */
const texts = new WeakMap<Labels, string>();

function labelsText(labels: Labels): string {
  const known = texts.get(labels);
  if (known !== undefined) return known;
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  const text = pairs.length > 0 ? `{${pairs.join(',')}}` : '';
  texts.set(labels, text);
  return text;
}

function escaped(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n');
}
