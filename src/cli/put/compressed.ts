/** Files that are packed, `.gz` and `.zst`, as the bytes that are in them. */
import { pipeline, Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { CliError, usageError } from '../cli-error.ts';
import { EXIT } from '../exit.ts';

/** The pieces of a file as they are, or unpacked when its name says that they are packed. */
export function plainPieces(pieces: AsyncIterable<Uint8Array>, file: string): AsyncIterable<Uint8Array> {
  if (file.endsWith('.gz')) return unpacked(pieces, zlib.createGunzip(), file);
  if (!file.endsWith('.zst')) return pieces;
  // Node has it from 22.15 on; its types here are of 20.
  const { createZstdDecompress } = zlib as { readonly createZstdDecompress?: () => Transform };
  if (createZstdDecompress === undefined) {
    throw usageError(
      `${file}: this Node cannot read zstd, Node 22.15 and newer can`,
      `Unpack it:  zstd -dc ${file} | sluice put ...`,
    );
  }
  return unpacked(pieces, createZstdDecompress(), file);
}

async function* unpacked(pieces: AsyncIterable<Uint8Array>, unpack: Transform, file: string) {
  // The reader of `unpack` gets the failure of either.
  pipeline(Readable.from(pieces, { objectMode: false }), unpack, () => undefined);
  try {
    for await (const piece of unpack) yield piece as Uint8Array;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !/^Z_|^ERR_ZLIB|^ZSTD/.test(code)) throw error;
    throw new CliError(`${file} cannot be unpacked: ${(error as Error).message}`, {
      exit: EXIT.failed,
      code,
      cause: error,
    });
  }
}
