/**
 * How far the heap may grow before all of it is marked. V8 counts the memory of buffers as heap: a daemon that takes
 * records fills and drops hundreds of MB a second beside a few MB of objects, and is made to mark those over and over.
 */
import { setFlagsFromString } from 'node:v8';

/** By V8's default it may grow by about a half. */
const GROWTH_PERCENT = 300;
/** The newest major of Node in which the flag was seen to work: V8 ends the process over one it does not know. */
const NODE_MAJOR_MAX = 24;

/** For the whole process, from the next collection on. Does nothing on a Node that is not known. */
export function letHeapGrow(nodeVersion: string): void {
  if (Number.parseInt(nodeVersion, 10) <= NODE_MAJOR_MAX)
    setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
