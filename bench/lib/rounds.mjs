/** Rounds in which every server has its turn, the first one being another each time. */

/**
 * `measure(name)` for every name in every round. Returns results by name. One that fails is reported and has no more turns:
 * the rest of the run is of use without it.
 */
export async function interleaved(names, rounds, measure) {
  const results = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < names.length; i++) {
      const name = names[(i + round) % names.length];
      if (!results.has(name)) continue;
      try {
        results.get(name).push(await measure(name));
      } catch (error) {
        process.stderr.write(`${name}: ${error.message}\n`);
        results.delete(name);
      }
    }
  }
  return results;
}
