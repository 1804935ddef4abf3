// Bundles the program into dist/cli/main.js. Loading one file instead of a hundred is worth 30 ms of each run.
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What both bundles are made with. */
const settings = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  alias: { 'migration-lint': './src/index.ts' },
  // libpg-query finds its .wasm beside itself; yaml is loaded only for a configuration that is no JSON, pg only by stats.
  external: ['libpg-query', 'yaml', 'pg'],
  banner: {
    // CommonJS dependencies ask for `require`, which an ES module does not have.
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  legalComments: 'none',
  logLevel: 'warning',
};

/**
 * Takes the examples of our rules out of the program: they are half of the rules' text, and only `explain` shows them. They are read
 * from a file of their own when they are first asked for. How a rule's file is formatted tells where its examples end.
 */
const examplesWhenAsked = {
  name: 'examples-when-asked',
  setup({ onLoad, onResolve }) {
    onLoad({ filter: /[\\/]rules[\\/][a-z-]+[\\/][a-z-]+\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const parts = text.split(/^ {4}examples: \{\n[^]*?^ {4}\},\n/m);
      if (parts.length !== 2) throw new Error(`${path}: no examples, or not formatted`);
      const getter = 'get examples() { return examplesOf(this.name); },';
      const contents = `import { examplesOf } from 'rule-examples';\n${parts.join(`${getter}\n`)}`;
      return { contents, loader: 'ts' };
    });
    onResolve({ filter: /^rule-examples$/ }, ({ path }) => ({ path, namespace: 'rule-examples' }));
    onLoad({ filter: /./, namespace: 'rule-examples' }, () => ({
      // Chunks lie in one folder, whichever of them this becomes a part of.
      contents: `import { readFileSync } from 'node:fs';
        let all;
        export const examplesOf = (name) =>
          (all ??= JSON.parse(readFileSync(new URL('../rule-examples.json', import.meta.url), 'utf8')))[name];`,
    }));
  },
};

/** Writes the examples of all rules, by the rules' names. @throws if one is no plain data. */
async function writeExamples() {
  const outfile = `${root}/dist/cli/rules-with-examples.mjs`;
  await build({ ...settings, entryPoints: ['rules/index.ts'], outfile });
  const { rules } = await import(pathToFileURL(outfile));
  await rm(outfile);
  const examples = Object.fromEntries(rules.map(({ meta }) => [meta.name, meta.examples]));
  const text = JSON.stringify(examples);
  if (!isDeepStrictEqual(JSON.parse(text), examples))
    throw new Error('an example of a rule is no plain JSON');
  await writeFile(`${root}/dist/cli/rule-examples.json`, text);
}

const [{ metafile }] = await Promise.all([
  build({
    ...settings,
    entryPoints: ['src/cli/main.ts'],
    outdir: 'dist/cli',
    // Half a megabyte less to read at each start; names stay, for the traces of reports.
    minifyWhitespace: true,
    minifySyntax: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
    plugins: [examplesWhenAsked],
  }),
  writeExamples(),
]);
for (const [path, { inputs }] of Object.entries(metafile.outputs))
  if ('rule-examples:rule-examples' in inputs && !path.startsWith('dist/cli/chunks/'))
    throw new Error(`${path} would look for rule-examples.json in the wrong folder`);
await chmod(`${root}/dist/cli/main.js`, 0o755);
