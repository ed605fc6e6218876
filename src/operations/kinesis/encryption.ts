/** Encryption of records. Declarations only. */
import { required } from '../../wire/shape.ts';
import { operation } from '../operation.ts';
import { encryptionType, keyId, streamArn, streamId, streamName } from './shapes.ts';

/** Declares StartStreamEncryption. */
export const startStreamEncryption = operation({
  name: 'StartStreamEncryption',
  doc: 'Encrypt the records of a stream from now on.',
  input: {
    StreamName: streamName,
    EncryptionType: required(encryptionType),
    KeyId: required(keyId),
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: null,
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'KMSAccessDeniedException',
    'KMSDisabledException',
    'KMSInvalidStateException',
    'KMSNotFoundException',
    'KMSOptInRequired',
    'KMSThrottlingException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});

/** Declares StopStreamEncryption. */
export const stopStreamEncryption = operation({
  name: 'StopStreamEncryption',
  doc: 'No longer encrypt new records of a stream.',
  input: {
    StreamName: streamName,
    EncryptionType: required(encryptionType),
    KeyId: required(keyId),
    StreamARN: streamArn,
    StreamId: streamId,
  },
  output: null,
  errors: [
    'AccessDeniedException',
    'InvalidArgumentException',
    'LimitExceededException',
    'ResourceInUseException',
    'ResourceNotFoundException',
  ],
});
