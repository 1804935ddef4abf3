// Checks the package as users get it: publint and attw on what `npm pack` makes.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const show = (command, ...args) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });

const [{ filename, size, files }] = JSON.parse(
  execFileSync('npm', ['pack', '--json', '--silent'], { cwd: root, encoding: 'utf8' }),
);
const tarball = join(root, filename);
try {
  console.log(`${filename}: ${files.length} files, ${Math.round(size / 1024)} KB packed`);
  show('npx', '--no-install', 'publint', tarball, '--strict');
  show('npx', '--no-install', 'attw', tarball, '--profile', 'esm-only', '--no-color');
} finally {
  rmSync(tarball);
}
