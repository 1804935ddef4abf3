import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UsageError } from './usage-error.ts';

/** Two that begin at one moment both step back; so many times they try again before they give up. */
const TRIES = 4;
/** Milliseconds between two tries, at most. */
const PAUSE = 200;

/**
 * Does something while no other process on this machine does it in the same repository.
 *
 * Each process first puts down a claim, a file with its number in the name, and then looks for those of others: of two, at least
 * one sees the other, whatever their order. A claim is deleted by its own process, or by anybody once that has ended.
 *
 * @param top absolute path of the repository.
 * @throws {UsageError} if another process is at it; one that has ended without saying so does not count.
 */
export async function oneAtATime<Result>(top: string, work: () => Promise<Result>): Promise<Result> {
  const key = createHash('sha256').update(realpathSync(top)).digest('hex').slice(0, 16);
  const claim = await claimed(`migration-lint-${key}.`);
  try {
    return await work();
  } finally {
    rmSync(claim, { force: true });
  }
}

/** The path of this process's claim, beside which there is no other one. */
async function claimed(prefix: string): Promise<string> {
  const name = `${prefix}${process.pid}.${randomBytes(4).toString('hex')}.lock`;
  const claim = join(tmpdir(), name);
  for (let tries = 1; ; tries++) {
    writeFileSync(claim, '', { flag: 'wx' });
    const owner = otherOwner(prefix, name);
    if (owner === undefined) return claim;
    rmSync(claim, { force: true });
    if (tries === TRIES)
      throw new UsageError(
        `Another migration-lint (process ${owner}) is fixing this repository.`,
        'Wait until it is done, and run this one again.',
      );
    await setTimeout(PAUSE * Math.random());
  }
}

/** The process of another claim; claims of processes that have ended are cleared away. */
function otherOwner(prefix: string, own: string): number | undefined {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(prefix) || name === own) continue;
    const owner = Number(name.slice(prefix.length).split('.')[0]);
    if (Number.isInteger(owner) && owner > 0 && isAlive(owner)) return owner;
    clear(join(tmpdir(), name));
  }
  return undefined;
}

/** What belongs to somebody else stays where it is, and does no harm. */
function clear(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Its process has ended.
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
