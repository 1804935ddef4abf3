import { chmodSync, existsSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

type FileSystem = Record<string, (path: unknown, ...rest: readonly unknown[]) => unknown>;

/** What opens a file or folder. */
const OPENING = ['openSync', 'readFileSync', 'readdirSync'] as const;

/**
 * Takes the permission to read a file or folder away until the test is over. Root may read everything, whatever the
 * permissions say: there, Node's functions refuse it as the system would.
 *
 * @param path absolute, without symbolic links.
 */
export function refuseReading(path: string): void {
  if (process.getuid?.() !== 0) {
    chmodSync(path, 0);
    onTestFinished(() => {
      if (existsSync(path)) chmodSync(path, 0o700);
    });
    return;
  }
  const fileSystem = createRequire(import.meta.url)('node:fs') as FileSystem;
  for (const name of OPENING) {
    const original = fileSystem[name];
    fileSystem[name] = (opened, ...rest) => {
      if (opened !== path) return original?.(opened, ...rest);
      const message = `EACCES: permission denied, open '${path}'`;
      throw Object.assign(new Error(message), { code: 'EACCES', errno: -13, syscall: 'open', path });
    };
    onTestFinished(() => {
      if (original !== undefined) fileSystem[name] = original;
      syncBuiltinESMExports();
    });
  }
  syncBuiltinESMExports();
}
