/** Explicit hash keys: decimal text of the API into numbers. */
import { Fault } from '../../model/fault.ts';
import { HASH_KEY_MAX } from '../../model/limits.ts';

/** The number, whose form was checked. @throws {Fault} InvalidArgumentException at or above 2^128. */
export function explicitHashOf(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined;
  const hashKey = BigInt(text);
  if (hashKey <= HASH_KEY_MAX) return hashKey;
  throw new Fault(
    'InvalidArgumentException',
    `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text}`,
  );
}
