/** What it means to serve other machines, said in words. Pure. */
import { isLoopback } from '../../client/endpoint.ts';

export interface Exposure {
  readonly auth?: string | undefined;
  readonly cors?: boolean | undefined;
  readonly tls?: boolean | undefined;
  readonly tlsCert?: string | undefined;
}

/** Lines for a person who opens a daemon to more than the programs of this machine. `host`: the address listened on. */
export function exposureWarnings(host: string, { auth, cors, tls, tlsCert }: Exposure): readonly string[] {
  const lines: string[] = [];
  const isOpen = !isLoopback(`http://${host.includes(':') ? `[${host}]` : host}`);
  if (isOpen && auth === undefined) {
    lines.push(`warning: whoever reaches ${host} may read, write and delete every stream: give --auth FILE`);
  } else if (isOpen && !tls && tlsCert === undefined) {
    lines.push(`warning: who listens on the way to ${host} reads every record: give --tls`);
  }
  if (cors && auth === undefined) {
    lines.push('warning: with --cors any web page you visit may read, write and delete every stream: give --auth FILE');
  }
  return lines;
}
