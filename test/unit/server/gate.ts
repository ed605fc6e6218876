/** A promise that a test opens by hand. */
export interface Gate {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

export function gateOf(): Gate {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
