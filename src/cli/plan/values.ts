/** Rates, factors and percentages as people write them. Pure; a bad value is a usage error. */
import { usageError } from '../cli-error.ts';

/** Records a second: `500`, `0.5`, `500/s`. */
export function parseRecordRate(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(\/s)?$/.exec(text);
  if (match !== null) return Number(match[1]);
  throw usageError(`"${text}" is no rate`, 'Write records a second, for example 500 or 0.5.');
}

/** A factor of at least 1: `1.5`, `3x`. */
export function parseFactor(text: string): number {
  const match = /^(\d+(?:\.\d+)?)x?$/.exec(text);
  if (match !== null && Number(match[1]) >= 1) return Number(match[1]);
  throw usageError(`"${text}" is no factor`, 'Write for example 1.5 or 3x; 1 for a load without peaks.');
}

/** A percentage below 100, as a part of 1: `25`, `25%`. */
export function parsePercent(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*%?$/.exec(text);
  if (match !== null && Number(match[1]) < 100) return Number(match[1]) / 100;
  throw usageError(`"${text}" is no percentage`, 'Write for example 25 or 25%; it must be below 100.');
}

/** How many, none included. */
export function parseNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw usageError(`"${text}" is no count`, 'Write a whole number, 0 for none.');
}
