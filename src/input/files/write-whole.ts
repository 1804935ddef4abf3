import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file whole or not at all: beside its place first, then renamed to it, so that nobody ever reads half of it. The folder must
 * be there.
 *
 * @param mode the file's permissions, for one that takes the place of another.
 * @throws {Error} as the system says it; nothing stays beside the place then.
 */
export function writeWhole(file: string, content: string | Uint8Array, mode?: number): void {
  const unfinished = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    writeFileSync(unfinished, content, { flag: 'wx', ...(mode !== undefined && { mode }) });
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}
