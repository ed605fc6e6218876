/**
 * A line for each request: when, which operation, what came of it. Nothing of bodies, queries and credentials; an
 * answer that goes on as things happen is told when it begins.
 */
import { ACCESS_LOG_TEXT_CHARS_MAX } from '../model/limits.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { contentLength, type Handle, type HttpRequest, type HttpResponse, headerOf } from './exchange.ts';
import { rpcTarget } from './smithy-rpc.ts';

export interface AccessLogOptions {
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Answers as `handle` does, and tells the logger at info. */
export function withAccessLog(handle: Handle, { logger, clock }: AccessLogOptions): Handle {
  return async (request) => {
    const beganMs = clock.monotonic();
    const inBytes = request.body?.length ?? null;
    const response = await handle(request);
    logger.log('info', 'request', {
      ...subjectOf(request),
      status: response.status,
      ...{ inBytes, outBytes: contentLength(response), ms: Number((clock.monotonic() - beganMs).toFixed(1)) },
      peer: request.peer,
      requestId: requestIdOf(response),
      agent: shortened(headerOf(request.headers, 'user-agent')),
    });
    return response;
  };
}

/** The operation, or the path of what is none; never its query, in which signatures travel. */
function subjectOf(request: HttpRequest): Record<string, string> {
  const target = rpcTarget(request) ?? headerOf(request.headers, 'x-amz-target');
  if (target !== '') return { operation: shortened(target.slice(target.lastIndexOf('.') + 1)) };
  return { method: request.method, path: shortened(request.path.split('?', 1)[0]!) };
}

/** null for what is no call of the API. */
function requestIdOf({ headers }: HttpResponse): string | null {
  const at = headers.indexOf('x-amzn-RequestId');
  return at < 0 ? null : headers[at + 1]!;
}

function shortened(text: string): string {
  return text.slice(0, ACCESS_LOG_TEXT_CHARS_MAX);
}
