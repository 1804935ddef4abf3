import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeWhole } from '../../input/files/write-whole.ts';

/** A file of a cache. @returns its bytes; undefined if it is not there or cannot be read. */
export async function readCached(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(() => undefined);
}

/** Writes a file of a cache: beside its place first, so that nobody reads half of it. A cache that cannot be written is none; never throws. */
export async function writeCached(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    writeWhole(path, bytes);
  } catch {
    // A cache that cannot be written is none.
  }
}

/** Throws a file of a cache away, which is broken. Never throws. */
export async function dropCached(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
