/** A spinner on stderr for what takes longer than a moment. Ora is loaded only then, and only on a terminal. */
import type { Clock } from '../runtime/clock.ts';

const MOMENT_MS = 300;

export interface Progress {
  /** Replaces the text. */
  say(text: string): void;
  stop(): void;
}

export const noProgress: Progress = { say: () => undefined, stop: () => undefined };

/** Shows `text` once a moment has passed without `stop`. Ora itself does not look at NO_COLOR. */
export function spinner(text: string, clock: Clock, isColored: boolean): Progress {
  const stopped = new AbortController();
  let latest = text;
  let shown: { text: string; stop(): unknown } | undefined;
  const show = async () => {
    await clock.sleep(MOMENT_MS, stopped.signal);
    const { default: ora } = await import('ora');
    if (!stopped.signal.aborted)
      shown = ora({ text: latest, discardStdin: false, color: isColored ? 'cyan' : false }).start();
  };
  show().catch(() => undefined);
  return {
    say(next) {
      latest = next;
      if (shown !== undefined) shown.text = next;
    },
    stop() {
      stopped.abort();
      shown?.stop();
    },
  };
}
