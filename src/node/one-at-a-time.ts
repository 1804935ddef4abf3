import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';

/**
 * Does something while no other process on this machine does it in the same repository.
 *
 * @param top absolute path of the repository.
 * @throws {UsageError} if another process is at it; one that has ended without saying so does not count.
 */
export async function oneAtATime<Result>(top: string, work: () => Promise<Result>): Promise<Result> {
  const key = createHash('sha256').update(realpathSync(top)).digest('hex').slice(0, 16);
  const file = join(tmpdir(), `migration-lint-${key}.lock`);
  claim(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function claim(file: string): void {
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const owner = ownerOf(file);
    if (owner !== undefined && isAlive(owner))
      throw new UsageError(
        `Another migration-lint (process ${owner}) is fixing this repository.`,
        'Wait until it is done, and run this one again.',
      );
    rmSync(file, { force: true });
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
  }
}

function ownerOf(file: string): number | undefined {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(owner) && owner > 0 ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(process_: number): boolean {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    // It is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
