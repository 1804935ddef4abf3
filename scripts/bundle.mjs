// Bundles the program into dist/cli/main.js. Loading one file instead of a hundred is worth 30 ms of each run.
import { chmod, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Makes the examples of our rules when they are first asked for: only `explain` shows them, and building all of them at each start
 * takes longer than linting a migration. A rule's file stays plain data; how it is formatted tells where its examples end.
 */
const examplesWhenAsked = {
  name: 'examples-when-asked',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]rules[\\/][a-z-]+[\\/][a-z-]+\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const parts = text.split(/^ {4}examples: (\{\n[^]*?^ {4}\}),\n/m);
      if (parts.length !== 3) throw new Error(`${path}: no examples, or not formatted`);
      const [before, examples, after] = parts;
      const getter = `get examples() {
        const value = ${examples};
        Object.defineProperty(this, 'examples', { value, enumerable: true });
        return value;
      },`;
      return { contents: `${before}${getter}\n${after}`, loader: 'ts' };
    });
  },
};

await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist/cli',
  bundle: true,
  // Half a megabyte less to read at each start; names stay, for the traces of reports.
  minifyWhitespace: true,
  minifySyntax: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  alias: { 'migration-lint': './src/index.ts' },
  // libpg-query finds its .wasm beside itself; yaml is loaded only for a configuration that is no JSON, pg only by stats.
  external: ['libpg-query', 'yaml', 'pg'],
  banner: {
    // CommonJS dependencies ask for `require`, which an ES module does not have.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [examplesWhenAsked],
  legalComments: 'none',
  logLevel: 'warning',
});
await chmod(`${root}/dist/cli/main.js`, 0o755);
