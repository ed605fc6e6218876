/** Where a flow delivers. */
import type { PutTarget } from '../client/put-target.ts';

/** A target that can be made anew: with fresh credentials, or with a clock set by the service's own. */
export interface DeliveryTarget extends PutTarget {
  /** Wall time at which the credentials in use run out; undefined when they do not, or none are in use. */
  readonly credentialsExpireMs?: number | undefined;
  /** Called after the service refused the signature or the credentials; `cause` is its error. */
  renew(cause: unknown): Promise<void>;
  close(): Promise<void>;
}
