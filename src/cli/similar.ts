/** "Did you mean": the nearest of some words. Pure. */
import { editDistance } from '../model/edit-distance.ts';

/** The word nearest to what was written, if at most two edits or 40 % of its length apart. */
export function mostSimilar(written: string, words: readonly string[]): string | undefined {
  const ranked = words.map((word) => ({ word, distance: editDistance(written, word) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best === undefined || best.distance > Math.max(2, 0.4 * written.length)) return undefined;
  return best.distance < Math.max(written.length, best.word.length) ? best.word : undefined;
}
