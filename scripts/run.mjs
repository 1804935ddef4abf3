// Runs a TypeScript script on any supported Node: node scripts/run.mjs scripts/<name>.ts [arguments]
// The script and what it imports of this project are bundled by esbuild into node_modules/.cache/; packages stay outside.
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const [script, ...rest] = process.argv.slice(2);
if (script === undefined) {
  console.error('usage: node scripts/run.mjs <script.ts> [arguments]');
  process.exit(2);
}

const outputFolder = join(root, 'node_modules/.cache/migration-lint');
const outfile = join(outputFolder, `${basename(script, '.ts')}-${process.pid}.mjs`);
mkdirSync(outputFolder, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: [script],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
  sourcemap: 'inline',
  alias: {
    'migration-lint/rules': join(root, 'rules/index.ts'),
    'migration-lint/testing': join(root, 'src/testing/index.ts'),
    'migration-lint': join(root, 'src/index.ts'),
  },
  logLevel: 'warning',
});

// The script sees itself and its arguments where node would have put them.
process.argv = [process.argv[0], outfile, ...rest];
process.on('exit', () => rmSync(outfile, { force: true }));
await import(pathToFileURL(outfile).href);
