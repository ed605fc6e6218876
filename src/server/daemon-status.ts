/** What a running daemon says of itself in short: `serve status` shows it. */
import type { MetricsHealth } from '../model/metrics-frame.ts';
import type { DaemonSettings } from './daemon-options.ts';

export interface DaemonStatus {
  readonly version: string;
  readonly pid: number;
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** undefined: no TLS. */
  readonly tls?: { readonly url: string; readonly certificatePath: string | undefined } | undefined;
  /** Where Prometheus finds /metrics; undefined: only on the admin path. */
  readonly metricsUrl?: string | undefined;
  /** undefined: in memory only. */
  readonly dataDir?: string | undefined;
  /** 'memory' keeps nothing. */
  readonly durability: DaemonSettings['durability'] | 'memory';
  readonly health: MetricsHealth;
  readonly streams: number;
  readonly storedBytes: number;
  readonly connections: number;
  readonly startedAtMs: number;
  readonly uptimeMs: number;
  /** The service's time, which --test-clock may have moved. */
  readonly nowMs: number;
}
