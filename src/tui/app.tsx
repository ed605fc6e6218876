/** The one file that knows Ink: it shows rows that are ready, and draws them again when they change. */
import { render, Text, Transform, useStdin } from 'ink';
import { useEffect, useSyncExternalStore } from 'react';
import type { FrameWriter } from './frame-writer.ts';
import type { Row } from './scene.ts';

/** What the app shows, and whom it tells of bytes typed. */
export interface Picture {
  subscribe(listener: () => void): () => void;
  /** The same array until something changed. */
  rows(): readonly Row[];
  /** Absent where keys come by another way. */
  readonly onInput?: ((bytes: Uint8Array) => void) | undefined;
}

/**
 * The rows, each exactly as wide as the terminal. They go through Transform: what Ink measures is a constant, since it
 * keeps every text that it has ever measured.
 */
export function App({ picture }: { readonly picture: Picture }) {
  const rows = useSyncExternalStore(picture.subscribe, picture.rows);
  const { stdin } = useStdin();
  const { onInput } = picture;
  useEffect(() => {
    if (onInput === undefined) return undefined;
    const listener = (data: Uint8Array | string) => onInput(typeof data === 'string' ? Buffer.from(data) : data);
    stdin.on('data', listener);
    return () => void stdin.off('data', listener);
  }, [stdin, onInput]);
  return (
    <Transform transform={(_, line) => rows[line] ?? ''}>
      <Text>{placeholder(rows.length)}</Text>
    </Transform>
  );
}

let blank = ' ';

/** As many lines of one cell; few texts, since windows have few heights. */
function placeholder(lines: number): string {
  if (blank.length !== Math.max(1, 2 * lines - 1)) blank = new Array<string>(Math.max(1, lines)).fill(' ').join('\n');
  return blank;
}

/** Draws into the writer until `close` is called. */
export function mount(picture: Picture, writer: FrameWriter): { readonly close: () => void } {
  const stdout = writer as unknown as NodeJS.WriteStream;
  const app = render(<App picture={picture} />, { stdout, debug: true, exitOnCtrlC: false, patchConsole: false });
  // Ink draws once more when it ends: nothing, which is quick.
  const close = () => {
    app.rerender(null);
    app.unmount();
  };
  return { close };
}
