import { createHash } from 'node:crypto';
import { InputError } from './errors.ts';
import { type Git, mustRun } from './git.ts';

/**
 * The contents of blobs, byte for byte, by one `git cat-file` process; none if nothing is wanted.
 *
 * @throws {InputError} `git-failed` if the repository lacks one, as a partial clone without its remote does.
 */
export function readObjects(git: Git, ids: readonly string[]): ReadonlyMap<string, Uint8Array> {
  const contents = new Map<string, Uint8Array>();
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return contents;
  const output = mustRun(git, ['cat-file', '--batch'], `${wanted.join('\n')}\n`);
  let offset = 0;
  for (const id of wanted) {
    const end = output.indexOf(10, offset);
    const [, kind, size] = output.toString('latin1', offset, end).split(' ');
    if (kind !== 'blob') throw missing(id);
    const start = end + 1;
    offset = start + Number(size);
    contents.set(id, output.subarray(start, offset));
    offset += 1;
  }
  return contents;
}

/** Git's id of a file's bytes. @param like an id of the same repository: its length tells SHA-1 from SHA-256. */
export function blobId(bytes: Uint8Array, like: string): string {
  const hash = createHash(like.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

function missing(id: string): InputError {
  return new InputError(
    'git-failed',
    `git has no content for object ${id}`,
    'Run `git fetch --refetch`, or clone without a filter.',
  );
}
