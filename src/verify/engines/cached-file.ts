import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file of a cache. @returns its bytes; undefined if it is not there or cannot be read. */
export async function readCached(path: string): Promise<Uint8Array | undefined> {
  return readFile(path).catch(() => undefined);
}

/** Writes a file of a cache: beside its place first, so that nobody reads half of it. A cache that cannot be written is none; never throws. */
export async function writeCached(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } catch {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}

/** Throws a file of a cache away, which is broken. Never throws. */
export async function dropCached(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined);
}
