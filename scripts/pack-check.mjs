// Checks the package as users get it: publint and attw on what `npm pack` makes.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (command, ...args) =>
  execFileSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const [{ filename, size, files }] = JSON.parse(run('npm', 'pack', '--json', '--silent'));
const tarball = join(root, filename);
try {
  console.log(`${filename}: ${files.length} files, ${Math.round(size / 1024)} KB packed`);
  console.log(run('npx', '--no-install', 'publint', tarball, '--strict'));
  console.log(run('npx', '--no-install', 'attw', tarball, '--profile', 'esm-only', '--no-color'));
} finally {
  rmSync(tarball);
}
