/** StartStreamEncryption and StopStreamEncryption. */
import { startStreamEncryption, stopStreamEncryption } from '../../operations/kinesis/encryption.ts';
import { type Handler, route } from '../route.ts';
import { streamNameOf } from './stream-name.ts';

const handleStart: Handler<typeof startStreamEncryption> = async (input, { service, scope }) => {
  const { EncryptionType: type, KeyId: keyId } = input;
  await service.changeEncryption(scope, streamNameOf(input), { kind: 'startEncryption', type, keyId });
  return undefined;
};

const handleStop: Handler<typeof stopStreamEncryption> = async (input, { service, scope }) => {
  const { EncryptionType: type, KeyId: keyId } = input;
  await service.changeEncryption(scope, streamNameOf(input), { kind: 'stopEncryption', type, keyId });
  return undefined;
};

export const startEncryptionRoute = route({ operation: startStreamEncryption, handle: handleStart });
export const stopEncryptionRoute = route({ operation: stopStreamEncryption, handle: handleStop });
