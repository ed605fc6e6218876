/** A turn of Node's event loop, for those who must let what has come in be taken first. */

/**
 * Runs `fn` once the I/O that is due now was looked for and its callbacks ran. One setImmediate is not enough: a socket's
 * callback runs before it and its end, which came with the bytes, is read in the turn behind it.
 */
export function afterTurn(fn: () => void): void {
  setImmediate(() => setImmediate(fn));
}
