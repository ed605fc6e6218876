/**
 * How far the heap may grow before all of it is marked. V8 counts the memory of buffers as heap: a daemon that takes
 * records fills and drops hundreds of MB a second beside a few MB of objects, and is made to mark those over and over.
 */
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** By V8's default it may grow by about a half. */
const GROWTH_PERCENT = 300;
/** The newest major of Node in which the flag was seen to work: V8 ends the process over one it does not know. */
const NODE_MAJOR_MAX = 24;

/** For the whole process, from the next collection on. Does nothing on a Node that is not known. */
export function letHeapGrow(nodeVersion: string): void {
  if (Number.parseInt(nodeVersion, 10) <= NODE_MAJOR_MAX)
    setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}

/** V8's default is 32 MB: twice as long between collections, which are short here, for 24 MB more that stay resident. */
const YOUNG_BYTES_MAX = 8_388_608;
const LOOK_EVERY_MS = 1_000;

/**
 * Young objects stay in 8 MB, both halves counted, or the 16 MB that V8 may have gone to between two looks. It doubles their
 * space when many survive, and shrinks it again in idle times, so this goes on for as long as the process. Does nothing on
 * a Node that is not known.
 */
export function boundYoungSpace(nodeVersion: string, lookEveryMs: number = LOOK_EVERY_MS): void {
  if (Number.parseInt(nodeVersion, 10) > NODE_MAJOR_MAX) return;
  let factor = 2;
  const look = () => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space');
    const wanted = young !== undefined && young.space_size >= YOUNG_BYTES_MAX ? 1 : 2;
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`);
    factor = wanted;
  };
  setInterval(look, lookEveryMs).unref();
}

/** Of a program that is open all day and has little to keep: its young objects stay in 1 MB, the old ones are looked after early. */
const SMALL_FLAGS = ['--semi-space-growth-factor=1', '--heap-growing-percent=20'];

/** For the whole process, before it has grown: costs some CPU. Does nothing on a Node that is not known. */
export function keepHeapSmall(nodeVersion: string): void {
  if (Number.parseInt(nodeVersion, 10) > NODE_MAJOR_MAX) return;
  for (const flag of SMALL_FLAGS) setFlagsFromString(flag);
}
