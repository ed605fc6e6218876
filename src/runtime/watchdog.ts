/** Ends a program whose work is done although something keeps its loop alive: a fault, but no reason to hang. */

/** Ends the process with its exit code after `waitMs`, unless it ends by itself before; tells what kept it. */
export function endWithin(waitMs: number, onStuck: (resources: readonly string[]) => void): void {
  const timer = setTimeout(() => {
    onStuck(process.getActiveResourcesInfo());
    process.exit();
  }, waitMs);
  timer.unref();
}
