/** Does an address, a host or a web origin mean this machine? What it does not know is foreign. */
import { isIPv4 } from 'node:net';
import type { RequestHeaders } from './exchange.ts';

/** An IP address as a socket gives it: 127.0.0.1, ::1, ::ffff:127.0.0.1. */
export function isLoopbackAddress(address: string): boolean {
  const bare = address.startsWith('::ffff:') ? address.slice(7) : address;
  return bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/** A Host header, with or without port: localhost, app.localhost, 127.0.0.1, [::1]. */
export function isLoopbackHost(host: string): boolean {
  const name = hostName(`http://${host}`);
  return name !== undefined && isLoopbackName(name);
}

/** An Origin header. 'null', extensions and files are foreign. */
export function isLoopbackOrigin(origin: string): boolean {
  const name = /^https?:\/\//.test(origin) ? hostName(origin) : undefined;
  return name !== undefined && isLoopbackName(name);
}

/**
 * Does a web page ask, whatever its origin? Browsers leave Origin out of what a page merely embeds (an image, a script)
 * but tell this machine's servers of the page; `none` is an address that a person typed.
 */
export function isWebPage(headers: RequestHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return headers['origin'] !== undefined || (site !== undefined && site !== 'none');
}

function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopbackAddress(name.replace(/^\[(.*)\]$/, '$1'));
}

function hostName(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname, username } = new URL(url);
  return pathname === '/' && username === '' ? hostname : undefined;
}
