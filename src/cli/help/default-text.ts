/** What an option is by default, as help shows it and as one would write it. Pure. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../model/time.ts';
import type { OptionSpec } from '../command-spec.ts';
import { parseDuration, parseSize } from '../values.ts';

const DURATIONS = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS, ms: 1 };
const SIZES = { GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, B: 1 };

/** ` [250ms]`; nothing where nothing, 0 or a switch is the default. A bare number of a duration would be seconds. */
export function defaultText({ default: byDefault, parse }: OptionSpec): string {
  if (typeof byDefault === 'string') return ` [${byDefault}]`;
  if (typeof byDefault !== 'number' || byDefault === 0) return '';
  if (parse === parseDuration) return ` [${inUnits(byDefault, DURATIONS)}]`;
  return ` [${parse === parseSize ? inUnits(byDefault, SIZES) : byDefault}]`;
}

/** In the largest unit of which it is a whole number. */
function inUnits(value: number, units: Readonly<Record<string, number>>): string {
  const [name, one] = Object.entries(units).find(([, unit]) => value % unit === 0)!;
  return `${value / one}${name}`;
}
