/** `sluice stream encrypt`: encryption of records with a key of KMS, on or off. */
import { startStreamEncryption, stopStreamEncryption } from '../../operations/kinesis/encryption.ts';
import { summaryOf, untilActive } from '../await-stream.ts';
import { change } from '../change.ts';
import { usageError } from '../cli-error.ts';
import type { Call } from '../command-spec.ts';
import type { Context } from '../context.ts';
import type { streamEncryptOptions } from '../table/stream.ts';

/** The key that AWS owns and every account may use. */
const AWS_KEY = 'alias/aws/kinesis';

/** Turns it on unless told --off. */
export async function run({ args, options }: Call<typeof streamEncryptOptions>, context: Context): Promise<void> {
  const name = args[0]!;
  const { kmsKey, off, wait } = options;
  if (off && kmsKey !== undefined) throw usageError('--off and --kms-key exclude each other');
  const stream = await context.open(name);
  const { EncryptionType: type, KeyId: key } = await summaryOf(stream);
  const keyNow = type === 'KMS' ? key : undefined;
  const keyWanted = off ? undefined : (kmsKey ?? AWS_KEY);
  const state = keyWanted === undefined ? 'not encrypted' : `encrypted with ${keyWanted}`;
  if (keyNow === keyWanted) return context.note(`${name} is ${state} already`);
  const [operation, KeyId] =
    keyWanted === undefined ? [stopStreamEncryption, keyNow!] : [startStreamEncryption, keyWanted];
  await change(stream, operation, { ...stream.ref, EncryptionType: 'KMS', KeyId });
  if (context.global.dryRun) return;
  if (wait) await untilActive(stream);
  context.note(`${name}  ${state}`);
}
