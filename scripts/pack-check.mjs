// Checks the package as users get it: publint and attw on what `npm pack` makes, and that nothing in it is left over.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const show = (command, ...args) =>
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
const print = (command, ...args) => execFileSync(command, args, { cwd: root, encoding: 'utf8' });

/** Times of all files below folders, in milliseconds. */
const times = (...folders) =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );

/** Whether the build is younger than all that it is made of: then `prepack` need not make it once more. */
function isBuilt() {
  try {
    const program = statSync(join(root, 'dist/cli/main.js'));
    return program.isFile() && Math.min(...times('dist')) > Math.max(...times('src', 'rules'));
  } catch {
    return false;
  }
}

/** Files of the package that no source of today makes: compiled ones without a source, chunks that the program never loads. */
function leftovers(files, folder) {
  const reached = new Set();
  const visit = (path) => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = readFileSync(join(folder, path), 'utf8');
    for (const [, target] of text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}\/[^"']+\.js)["']/gu)) {
      const next = posix.join(posix.dirname(path), target);
      if (files.includes(next)) visit(next);
    }
  };
  visit('dist/cli/main.js');
  // A chunk reads it when somebody asks for an example.
  reached.add('dist/cli/rule-examples.json');
  const sources = new Set(
    ['src', 'rules'].flatMap((top) =>
      readdirSync(join(root, top), { recursive: true, encoding: 'utf8' }).map(
        (name) => `${top}/${name.replaceAll('\\', '/')}`,
      ),
    ),
  );
  return files.filter((path) => {
    if (!path.startsWith('dist/')) return false;
    if (path.startsWith('dist/cli/')) return !reached.has(path);
    return !sources.has(path.replace(/^dist\//u, '').replace(/(?:\.d\.ts|\.js)$/u, '.ts'));
  });
}

/** Unpacks the package among this project's dependencies. */
function unpack(tarball) {
  const folder = mkdtempSync(join(tmpdir(), 'migration-lint-pack-'));
  print('tar', '-xzf', tarball, '-C', folder);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return join(folder, 'package');
}

/** Whether program and library have the same rules, as many as there are sources. */
async function checkRules(folder) {
  const { rules } = await import(pathToFileURL(join(folder, 'dist/rules/index.js')).href);
  const listed = JSON.parse(
    print(process.execPath, join(folder, 'dist/cli/main.js'), '--list-rules', '--format', 'json'),
  ).rules.length;
  const sources = readdirSync(join(root, 'rules'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((family) => readdirSync(join(root, 'rules', family.name))).length;
  console.log(`rules: ${rules.length} in migration-lint/rules, ${listed} in the program, ${sources} sources`);
  return rules.length === listed && listed === sources;
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
if (!scripts.prepack?.includes('build'))
  throw new Error('prepack does not build: npm pack would ship any dist/');
const [{ filename, size, unpackedSize, files }] = JSON.parse(
  print(
    'npm',
    'pack',
    '--json',
    '--silent',
    '--foreground-scripts=false',
    ...(isBuilt() ? ['--ignore-scripts'] : []),
  ),
);
const tarball = join(root, filename);
let folder;
try {
  const kilobytes = (bytes) => `${Math.round(bytes / 1024)} KB`;
  console.log(
    `${filename}: ${files.length} files, ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`,
  );
  folder = unpack(tarball);
  const left = leftovers(
    files.map(({ path }) => path),
    folder,
  );
  if (left.length > 0) throw new Error(`left over from an earlier build: ${left.join(', ')}`);
  if (!(await checkRules(folder))) throw new Error('the program and the library do not have the same rules');
  show('npx', '--no-install', 'publint', tarball, '--strict');
  show('npx', '--no-install', 'attw', tarball, '--profile', 'esm-only', '--no-color');
} finally {
  rmSync(tarball);
  if (folder !== undefined) rmSync(dirname(folder), { recursive: true });
}
