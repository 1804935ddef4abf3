/**
 * Mends copies of real projects, with their last migrations pending, and compares what PostgreSQL (PGlite) makes of them before and
 * after.
 *
 *   node scripts/run.mjs scripts/fix-histories.ts [--unsafe] [--pending 30] <name>=<folder>:<migrations folder>…
 *
 * Prints for each project how many findings were mended by which rules, what a second run would change, which files do not parse
 * afterwards though they did before, and how the two schemas differ. Exits with 1 for anything that should not be.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadParser } from '../src/input/sql/parser.ts';
import { findAll, readSource } from '../src/node/run-projects.ts';
import { createPgliteEngine } from '../src/verify/engines/pglite-engine.ts';
import {
  buildProjects,
  findingsOf,
  schemaDifferences,
  withCopy,
  withFixed,
  type Built,
} from '../test/support/fixed-project.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    unsafe: { type: 'boolean', default: false },
    pending: { type: 'string', default: '30' },
    verbose: { type: 'boolean', default: false },
  },
});
await loadParser();
const engine = await createPgliteEngine({
  seconds: 60,
  extensions: ['uuid-ossp', 'pgcrypto', 'citext', 'pg_trgm', 'ltree', 'btree_gin', 'vector'],
  cacheFolder: join(process.cwd(), 'node_modules/.cache/migration-lint'),
});
try {
  for (const argument of positionals) await fixOne(argument);
} finally {
  await engine.close();
}

async function fixOne(argument: string): Promise<void> {
  const [name = '', place = ''] = argument.split('=');
  const [folder = '', migrations = ''] = place.split(':');
  const paths = [migrations];
  const appliedThrough = await lastApplied(folder, paths);
  const settings = { appliedThrough, paths };
  const { without, before } = await withoutRefused(folder, settings);
  await withFixed(
    folder,
    { unsafe: values.unsafe, ...settings, without },
    async ({ first, second, before: found, drafts, cwd }) => {
      const [after] = await buildProjects(cwd, { ...settings, drafts }, engine);
      const wrong = [
        ...second.changes.map(({ path }) => `a second run would change ${path}`),
        ...findingsOf(first.lint)
          .filter(({ rule }) => rule === 'no-syntax-error')
          .map(({ migration }) => `${migration ?? ''} does not parse`),
        ...(after?.refused.map((path) => `PostgreSQL refuses ${path}`) ?? []),
        ...(before === undefined || after === undefined ? [] : schemaDifferences(before, after)),
      ];
      const left = findingsOf(first.lint);
      const rules = new Map<string, number>();
      for (const { rule } of first.fixed) rules.set(rule, (rules.get(rule) ?? 0) + 1);
      console.log(
        `\n${name}: after ${appliedThrough}, ${without.length} left out that PostgreSQL refuses\n` +
          `  ${found.length} findings, ${first.fixed.length} mended, ${left.length} left; ${first.changes.length} files, ${drafts.length} drafts`,
      );
      for (const [rule, count] of [...rules].sort((a, b) => b[1] - a[1])) console.log(`    ${count} ${rule}`);
      for (const note of [...first.notes, ...first.refused]) console.log(`  note: ${note}`);
      for (const one of wrong) console.log(`  WRONG: ${one}`);
      if (values.verbose)
        for (const { path, after: text } of first.changes)
          console.log(
            `  ── ${path}\n${text === undefined ? '(deleted)' : Buffer.from(text).toString('utf8')}`,
          );
      if (wrong.length > 0) process.exitCode = 1;
    },
  );
}

/** The id of the migration before the last ones. */
async function lastApplied(cwd: string, paths: readonly string[]): Promise<string> {
  const request = { cwd, paths, all: true } as const;
  const { workspace, selection, selected } = await findAll(request);
  const [project] = selected;
  if (project === undefined) throw new Error(`${cwd} has no project`);
  const { migrations } = readSource({ workspace, request, selection, project });
  const last = migrations.at(-1 - Number(values.pending));
  if (last === undefined) throw new Error(`${cwd} has fewer migrations`);
  return last.id;
}

/** The schema without the pending migrations that PostgreSQL refuses, and those. */
async function withoutRefused(
  folder: string,
  settings: { readonly appliedThrough: string; readonly paths: readonly string[] },
): Promise<{ readonly without: readonly string[]; readonly before: Built | undefined }> {
  const without: string[] = [];
  for (;;) {
    const [before] = await withCopy(
      folder,
      without,
      (cwd) => buildProjects(cwd, settings, engine),
      settings.paths,
    );
    if (before === undefined || before.refused.length === 0) return { without, before };
    if (before.refused.every((path) => without.includes(path)))
      throw new Error(`${before.refused.join(', ')}: refused, and not to be left out`);
    without.push(...before.refused);
  }
}
