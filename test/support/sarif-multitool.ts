import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Log } from 'sarif';

/** What the validator has to say about a log. */
export interface Complaint {
  readonly rule: string;
  readonly level: string;
  readonly text: string;
}

const CONFIGURATION = fileURLToPath(new URL('sarif-multitool.config.xml', import.meta.url));

/** The validator's program; undefined on a platform that it does not exist for. */
export function sarifMultitool(): string | undefined {
  const system = { linux: 'linux', darwin: 'darwin', win32: 'win32' }[process.platform as string];
  if (system === undefined) return undefined;
  const name = `@microsoft/sarif-multitool-${system}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return [join(folder, 'Sarif.Multitool'), join(folder, 'Sarif.Multitool.exe')].find(existsSync);
  } catch {
    return undefined;
  }
}

/**
 * Validates a log with the rules of SARIF and of GitHub code scanning.
 *
 * @param program from {@link sarifMultitool}.
 * @returns all complaints. The program's exit code says nothing: it is 0 whatever it finds.
 * @throws {Error} if the program cannot run or did not finish.
 */
export async function validateSarif(program: string, log: string): Promise<readonly Complaint[]> {
  // The package sets the execute bit in an install script, which this repository does not run.
  const { mode } = statSync(program);
  if (process.platform !== 'win32' && (mode & 0o100) === 0) chmodSync(program, mode | 0o100);
  const folder = mkdtempSync(join(tmpdir(), 'sarif-'));
  try {
    const input = join(folder, 'input.sarif');
    const output = join(folder, 'output.sarif');
    writeFileSync(input, log);
    const kinds = ['--rule-kind', 'Sarif;Ghas', '--config', CONFIGURATION, '--level', 'Error;Warning;Note'];
    await promisify(execFile)(program, [
      'validate',
      input,
      ...kinds,
      '--output',
      output,
      '--log',
      'ForceOverwrite',
    ]);
    return complaints(JSON.parse(readFileSync(output, 'utf8').replace(/^\ufeff/, '')) as Log);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function complaints(outcome: Log): readonly Complaint[] {
  const [run] = outcome.runs;
  const broken = run?.invocations?.find(({ executionSuccessful }) => !executionSuccessful);
  if (run?.results === undefined || broken !== undefined) {
    throw new Error(`sarif-multitool did not finish: ${JSON.stringify(run?.invocations)}`);
  }
  return run.results.map(({ ruleId, level, message }) => ({
    rule: ruleId ?? '',
    // SARIF's default.
    level: level ?? 'warning',
    text: [message.id, ...(message.arguments ?? [])].join(' ') || (message.text ?? ''),
  }));
}
