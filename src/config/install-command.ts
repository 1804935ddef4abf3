import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const COMMANDS: readonly (readonly [lockFile: string, command: string])[] = [
  ['pnpm-lock.yaml', 'pnpm add --save-dev'],
  ['yarn.lock', 'yarn add --dev'],
  ['bun.lock', 'bun add --dev'],
  ['bun.lockb', 'bun add --dev'],
  ['package-lock.json', 'npm install --save-dev'],
];

/**
 * The command that installs a package, of the package manager whose lock file is nearest.
 *
 * @param name the package.
 * @param folder absolute path of the folder to look from, upwards.
 */
export function installCommand(name: string, folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const found = COMMANDS.find(([lockFile]) => existsSync(join(at, lockFile)));
    if (found !== undefined) return `${found[1]} ${name}`;
    if (at === dirname(at)) return `npm install --save-dev ${name}`;
  }
}
