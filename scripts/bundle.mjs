// Bundles the program into dist/cli/main.js. Loading one file instead of a hundred is worth 30 ms of each run.
import { chmod } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/main.ts'],
  outdir: 'dist/cli',
  bundle: true,
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
  legalComments: 'none',
  logLevel: 'warning',
});
await chmod(`${root}/dist/cli/main.js`, 0o755);
