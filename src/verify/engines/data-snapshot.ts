import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Snapshot } from './types.ts';

/** A snapshot of which the data folder is held in memory, as a tar of about 40 MB. */
export interface DataSnapshot extends Snapshot {
  /** The uncompressed tar; undefined once it is discarded. */
  data(): Uint8Array | undefined;
}

/** A tar's end is two empty blocks; of a data folder, it is never shorter than this. */
const SMALLEST = 1_000_000;

/** @param data an uncompressed tar of a data folder. */
export function dataSnapshot(data: Uint8Array): DataSnapshot {
  let held: Uint8Array | undefined = data;
  return {
    data: () => held,
    bytes: async () => (held === undefined ? undefined : compressed(held)),
    discard: () => {
      held = undefined;
      return Promise.resolve();
    },
  };
}

/** Five megabytes of forty, in a fifth of a second: the fastest of gzip's levels, beside the program. */
export async function compressed(data: Uint8Array): Promise<Uint8Array> {
  return promisify(gzip)(data, { level: 1 });
}

/** @returns the tar that was compressed; undefined if it is broken. gzip has a checksum. */
export async function decompressed(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    const data = await promisify(gunzip)(bytes);
    return data.length < SMALLEST ? undefined : data;
  } catch {
    return undefined;
  }
}
