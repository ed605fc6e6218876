/** StartStreamEncryption and StopStreamEncryption: what they check, in the API's order, and the intent they record. */
import { type EncryptionChange, isKeyId, withEncryptionCall } from '../model/encryption.ts';
import { Fault } from '../model/fault.ts';
import { ENCRYPTION_CHANGES_PER_DAY } from '../model/limits.ts';
import { refTo } from '../model/stream-faults.ts';
import { activeStream, type Caller, transitionTo } from './changing.ts';
import { record, type ServiceParts } from './parts.ts';

export interface EncryptionRequest {
  readonly kind: EncryptionChange['kind'];
  /** As the caller wrote it: 'KMS' is the only one that is taken. */
  readonly type: string;
  readonly keyId: string;
}

/** Records that new records are to be encrypted, or no longer. Returns the stream's id. */
export async function changeEncryption(
  parts: ServiceParts,
  caller: Caller,
  { kind, type, keyId }: EncryptionRequest,
): Promise<number> {
  const stream = activeStream(parts, caller);
  if (type !== 'KMS') throw new Fault('InvalidArgumentException', `EncryptionType ${type} is not KMS.`);
  if (!isKeyId(keyId)) throw new Fault('InvalidArgumentException', `KeyId ${keyId} is neither a key nor an alias.`);
  const encryptionCalls = withEncryptionCall(stream.encryptionCalls, kind, parts.clock.now());
  if (encryptionCalls === undefined) throw tooManyChanges(caller);
  const change: EncryptionChange = kind === 'startEncryption' ? { kind, keyId } : { kind };
  const transition = transitionTo(parts, change, 0);
  await record(parts, { kind: 'transitionStarted', id: stream.id, transition, encryptionCalls });
  return stream.id;
}

function tooManyChanges({ scope, name }: Caller): Fault {
  const ref = refTo(scope, name);
  return new Fault(
    'LimitExceededException',
    `Encryption of stream ${ref.name} under account ${ref.account} was changed ${ENCRYPTION_CHANGES_PER_DAY} times within 24 hours.`,
  );
}
