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

/** Of a program that is open all day and has little to keep: its young objects stay in 1 MB, the old ones are looked after early. */
const SMALL_FLAGS = ['--semi-space-growth-factor=1', '--heap-growing-percent=20'];

/** For the whole process, before it has grown: costs some CPU. Does nothing on a Node that is not known. */
export function keepHeapSmall(nodeVersion: string): void {
  if (Number.parseInt(nodeVersion, 10) > NODE_MAJOR_MAX) return;
  for (const flag of SMALL_FLAGS) setFlagsFromString(flag);
}
