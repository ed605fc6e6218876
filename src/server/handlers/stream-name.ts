/** Which stream a call means: most operations take its name, its ARN, or both. */
import { Fault } from '../../model/fault.ts';

interface NamesStream {
  readonly StreamName?: string | undefined;
  readonly StreamARN?: string | undefined;
}

/**
 * The name of the stream. Account and region of an ARN are not looked at: the caller's own decide.
 * @throws {Fault} InvalidArgumentException when there is neither, or when the two differ.
 */
export function streamNameOf({ StreamName: name, StreamARN: arn }: NamesStream): string {
  const named = arn === undefined ? name : nameInArn(arn);
  if (named === undefined) {
    throw new Fault('InvalidArgumentException', 'Either StreamName or StreamARN should be provided.');
  }
  if (name === undefined || name === named) return named;
  throw new Fault('InvalidArgumentException', `StreamName ${name} and StreamARN ${arn} name different streams.`);
}

/** The name in a stream's ARN, whose form was checked. */
export function nameInArn(arn: string): string {
  return arn.slice(arn.indexOf(':stream/') + ':stream/'.length);
}
