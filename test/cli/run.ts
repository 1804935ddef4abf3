import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';

/** What a run of the program showed. */
export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Makes a folder with these files, which is removed after the test. Its name has a space in it. @returns its path */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'migration lint '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** Runs the program in a folder, as a user would who has no terminal and no variables. @param input standard input */
export async function run(
  cwd: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
  input?: string,
): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await runProgram(args, {
    cwd,
    environment: { PATH: process.env['PATH'], ...environment },
    now: new Date('2026-01-31T12:00:00Z'),
    ...(input !== undefined && { stdin: () => Promise.resolve(Buffer.from(input)) }),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
  });
  return { code, out, err };
}
