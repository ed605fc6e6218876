/** Addresses to listen on, as options take them. */
import { usageError } from '../cli-error.ts';
import { parsePort } from '../values.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Where metrics are unless told otherwise: this machine only. */
export const METRICS_ADDRESS: ListenAddress = { host: '127.0.0.1', port: 9457 };

/** A port, or `host:port` with IPv6 in brackets. Without a host: this machine only. */
export function parseListenAddress(text: string): ListenAddress {
  const found = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):)?(\d+)$/.exec(text);
  if (found === null) {
    throw usageError(
      `"${text}" is no address to listen on`,
      'Write a port, or host:port: 9457, 0.0.0.0:9457, [::1]:0.',
    );
  }
  return { host: found[1] || found[2] || METRICS_ADDRESS.host, port: parsePort(found[3]!) };
}
