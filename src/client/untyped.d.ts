/** Types for modules that ship none: undici by deep path (a fraction of the entry's load time) and aws4. */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export = Pool;
}

declare module 'undici/lib/api/api-connect.js' {
  import type { Dispatcher } from 'undici';

  const connect: Dispatcher['connect'];
  export = connect;
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import { ProxyAgent } from 'undici';
  export = ProxyAgent;
}

declare module 'aws4' {
  interface SignableRequest {
    readonly method: string;
    readonly path: string;
    readonly service: string;
    readonly region: string;
    readonly headers: Record<string, string>;
    readonly body: Uint8Array;
  }
  interface AwsCredentials {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string | undefined;
  }
  /** Answers with the headers to send, Authorization among them. */
  function sign(request: SignableRequest, credentials: AwsCredentials): { readonly headers: Record<string, string> };
  const aws4: { readonly sign: typeof sign };
  export = aws4;
}
