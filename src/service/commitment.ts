/** Whether an account has committed itself to a minimum, which gives it more. */
import { commitmentStatus } from '../model/commitment.ts';
import type { Scope } from '../model/stream.ts';
import type { ServiceParts } from './parts.ts';

/** Also while the commitment only runs out. */
export function isCommitted(parts: ServiceParts, scope: Scope): boolean {
  const commitment = parts.journal.catalog.commitments?.[parts.table.namespace(scope)];
  return commitmentStatus(commitment, parts.clock.now()) !== 'DISABLED';
}
