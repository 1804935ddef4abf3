/**
 * What the rollback rules say of a project's rollbacks, beside what PostgreSQL (PGlite) shows when each is run after its migration.
 *
 *   node scripts/run.mjs scripts/rollback-pairs.ts [--all] [--mutate] [--supabase] <folder>…
 *
 * Prints a table, then every pair where the two disagree (the first 20 unless --all). With --mutate each rollback is also tried
 * without one of its statements, and with its statements in reverse order: what a hurried author would have written.
 */
import { loadParser } from '../src/input/sql/parser.ts';
import { parseScript } from '../src/input/sql/parse-script.ts';
import { runnerOf } from '../src/input/runners/runner-of.ts';
import type { ReadFile, ReadMigration, ReadProject } from '../src/input/project/types.ts';
import { lintProject } from '../src/lint/run.ts';
import { sqlForm } from '../src/model/catalog/differences/written-forms.ts';
import { findAll, readSource } from '../src/node/run-projects.ts';
import { supabasePrelude } from '../src/verify/environment/supabase.ts';
import { fingerprintDifferences } from '../src/verify/fingerprint/differences.ts';
import { fingerprintOf } from '../src/verify/fingerprint/fingerprint.ts';
import type { Fingerprint, SchemaDifference } from '../src/verify/fingerprint/types.ts';
import { databaseWithExtensions, reset, type Database } from '../test/support/pglite.ts';
import noBroken from '../rules/rollback/no-broken-rollback.ts';
import noEmpty from '../rules/rollback/no-empty-rollback.ts';
import noIncomplete from '../rules/rollback/no-incomplete-rollback.ts';
import noMisordered from '../rules/rollback/no-misordered-rollback.ts';
import noOverreaching from '../rules/rollback/no-overreaching-rollback.ts';

const options = new Set(process.argv.slice(2).filter((argument) => argument.startsWith('--')));
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const RULES = [noBroken, noEmpty, noIncomplete, noMisordered, noOverreaching];

type Executed = 'refused' | 'differs' | 'right' | 'not run';
type Said = 'refused' | 'differs' | 'nothing';

/** A rollback of a migration: the project's own, or one with a mistake put in. */
interface Pair {
  readonly id: string;
  readonly change: string;
  readonly down: string;
}

interface Judged extends Pair {
  readonly said: Said;
  readonly words: readonly string[];
  readonly executed: Executed;
  readonly shown: readonly string[];
}

const textOf = ({ source, within }: ReadFile): string =>
  within === undefined ? source.text : source.text.slice(within.start, within.end);

/** So that it runs in a transaction, which can be taken back: the schema is the same. */
const plain = (sql: string): string =>
  sql.replaceAll(/(?<=\b(?:INDEX|PARTITION\s\S+)\s+)CONCURRENTLY\b/giu, '');

/** The project's rollback, and with --mutate those that leave out a statement or reverse the order. */
function pairsOf({ id, rollback }: ReadMigration): readonly Pair[] {
  if (rollback === undefined) return [];
  const down = textOf(rollback);
  const own: Pair = { id, change: 'as written', down };
  if (!options.has('--mutate')) return [own];
  const script = parseScript({ path: id, text: down, encoding: 'utf-8', byteOrderMark: false });
  const statements = script.statements.map(({ span }) => down.slice(span.start, span.end));
  if (statements.length < 2) return [own];
  const places = new Set([0, Math.floor(statements.length / 2), statements.length - 1]);
  return [
    own,
    ...[...places].map((at) => ({
      id,
      change: `without statement ${at + 1} of ${statements.length}`,
      down: `${statements.toSpliced(at, 1).join(';\n')};\n`,
    })),
    { id, change: 'in reverse order', down: `${statements.toReversed().join(';\n')};\n` },
  ];
}

/** What the rules say, of all pairs with the same change at once: a run each costs a second. */
function said(
  source: ReadProject,
  project: Parameters<typeof lintProject>[1],
  pairs: readonly Pair[],
): ReadonlyMap<Pair, string[]> {
  const words = new Map<Pair, string[]>(pairs.map((pair) => [pair, []]));
  const byId = new Map(pairs.map((pair) => [pair.id, pair]));
  const migrations = source.migrations.map((migration): ReadMigration => {
    const pair = byId.get(migration.id);
    if (pair === undefined || migration.rollback === undefined) return { ...migration, rollback: undefined };
    if (pair.change === 'as written') return migration;
    const path = migration.rollback.source.path;
    const file = { path, text: pair.down, encoding: 'utf-8', byteOrderMark: false } as const;
    const { withoutTransaction } = migration.rollback;
    return {
      ...migration,
      rollback: {
        source: file,
        problems: [],
        ...(withoutTransaction !== undefined && { withoutTransaction }),
      },
    };
  });
  for (const { rule, messageId, severity, migration, message } of lintProject(
    { ...source, migrations },
    project,
  ).findings) {
    const pair = migration === undefined ? undefined : byId.get(migration);
    if (pair !== undefined && severity !== 'info') words.get(pair)?.push(`${rule}/${messageId}: ${message}`);
  }
  return words;
}

const verdictOf = (words: readonly string[]): Said =>
  words.length === 0
    ? 'nothing'
    : words.some((one) => /^no-(?:broken|misordered)/u.test(one))
      ? 'refused'
      : 'differs';

/**
 * Values of an enum stay: PostgreSQL has no way back, and the rules do not ask for one. A function with other comments, blanks or
 * letter case does the same.
 */
function counts(difference: SchemaDifference): boolean {
  if (!difference.matters || difference.difference !== 'changed') return difference.matters;
  const { property, before, after } = difference;
  if (property === 'labels') return before !== undefined;
  const isCode = property === 'definition' && /^(?:function|procedure)$/u.test(difference.kind);
  return !isCode || codeOf(before) !== codeOf(after);
}

/** Where two texts part. */
function whereOf(difference: SchemaDifference): string {
  if (difference.difference !== 'changed') return '';
  const [was, is] = [codeOf(difference.before), codeOf(difference.after)];
  let at = 0;
  while (at < was.length && was[at] === is[at]) at += 1;
  const from = Math.max(0, at - 15);
  return `: «${was.slice(from, at + 40)}» → «${is.slice(from, at + 40)}»`;
}

const codeOf = (fact: unknown): string =>
  sqlForm(String(fact).replaceAll(/\$\w*\$/gu, ' ')).replaceAll(/\s*;\s*/gu, ';');

async function execute(
  database: Database,
  pair: Pair,
  before: Fingerprint,
): Promise<{ executed: Executed; shown: string[] }> {
  const session = sessionFor(database);
  try {
    await database.exec('BEGIN');
    await database.exec(plain(pair.down));
    const differences = fingerprintDifferences(before, await fingerprintOf(session)).filter(counts);
    const shown = differences.map(
      (one) =>
        `${one.kind} ${one.name} ${one.difference}${'property' in one ? ` ${one.property}` : ''}${whereOf(one)}`,
    );
    return { executed: differences.length === 0 ? 'right' : 'differs', shown };
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    const isOurs = ['25001', '25P01', '2D000'].includes(code);
    return { executed: isOurs ? 'not run' : 'refused', shown: [`${code} ${message.split('\n')[0] ?? ''}`] };
  } finally {
    await database.exec('ROLLBACK');
    await database.exec('RESET ALL');
  }
}

function sessionFor(database: Database): Parameters<typeof fingerprintOf>[0] {
  const rows = async <Row>(sql: string): Promise<readonly Row[]> => (await database.query<Row>(sql)).rows;
  return { rows };
}

/** @returns why PostgreSQL refuses the migration: then its rollback has nothing to undo, and what follows has another schema. */
async function apply(database: Database, up: string): Promise<string | undefined> {
  try {
    await database.exec(up);
    return undefined;
  } catch {
    await database.exec('ROLLBACK');
    return await applyEach(database, up);
  } finally {
    await database.exec('RESET ALL');
  }
}

async function applyEach(database: Database, up: string): Promise<string | undefined> {
  const { statements } = parseScript({ path: 'up', text: up, encoding: 'utf-8', byteOrderMark: false });
  const inTransaction = /\bLOCK\s+TABLE\b/iu.test(up);
  try {
    if (inTransaction) await database.exec('BEGIN');
    for (const { span } of statements) await database.exec(up.slice(span.start, span.end));
    if (inTransaction) await database.exec('COMMIT');
    return undefined;
  } catch (error) {
    await database.exec('ROLLBACK');
    return (error as Error).message.split('\n')[0];
  }
}

async function judge(
  database: Database,
  source: ReadProject,
  project: Parameters<typeof lintProject>[1],
): Promise<readonly Judged[]> {
  const pairs = new Map(source.migrations.map((migration) => [migration.id, pairsOf(migration)]));
  const words = new Map<Pair, string[]>();
  const rounds = Math.max(...[...pairs.values()].map((list) => list.length));
  for (let round = 0; round < rounds; round += 1) {
    const chosen = [...pairs.values()].flatMap((list) => list[round] ?? []);
    for (const [pair, own] of said(source, project, chosen)) words.set(pair, own);
  }
  await reset(database);
  if (options.has('--supabase')) await database.exec(supabasePrelude);
  const judged: Judged[] = [];
  let before = await fingerprintOf(sessionFor(database));
  for (const migration of source.migrations) {
    const refused =
      migration.forward === undefined ? undefined : await apply(database, plain(textOf(migration.forward)));
    const mine = pairs.get(migration.id) ?? [];
    for (const pair of mine) {
      const own = words.get(pair) ?? [];
      const outcome =
        refused === undefined
          ? await execute(database, pair, before)
          : { executed: 'not run' as const, shown: [`the migration itself fails: ${refused}`] };
      judged.push({ ...pair, said: verdictOf(own), words: own, ...outcome });
    }
    before = await fingerprintOf(sessionFor(database));
  }
  return judged;
}

function print(name: string, judged: readonly Judged[]): void {
  const count = (executed: Executed, saying: Said): number =>
    judged.filter((one) => one.executed === executed && one.said === saying).length;
  console.log(`\n${name}: ${judged.length} pairs`);
  console.log('| PostgreSQL | rules: refused | rules: differs | rules: nothing |\n|---|---|---|---|');
  for (const executed of ['refused', 'differs', 'right', 'not run'] as const)
    console.log(
      `| ${executed} | ${count(executed, 'refused')} | ${count(executed, 'differs')} | ${count(executed, 'nothing')} |`,
    );
  const run = judged.filter(({ executed }) => executed !== 'not run');
  const broken = run.filter(({ executed }) => executed !== 'right');
  const flagged = run.filter((one) => one.said !== 'nothing');
  const both = broken.filter((one) => one.said !== 'nothing').length;
  console.log(
    `found: ${both} of ${broken.length} broken ones · proven: ${both} of ${flagged.length} flagged ones`,
  );
  for (const one of judged.filter(
    ({ executed, change }) => executed === 'not run' && change === 'as written',
  ))
    console.log(`  not run: ${one.id}: ${one.shown.join()}`);
  const other = run.filter((one) => (one.executed === 'right') !== (one.said === 'nothing'));
  const limit = options.has('--all') ? Number.POSITIVE_INFINITY : 20;
  for (const one of other.slice(0, limit)) {
    console.log(`  ${one.id} (${one.change}): PostgreSQL ${one.executed}, rules ${one.said}`);
    for (const line of [...one.shown.slice(0, 4), ...one.words.slice(0, 3)])
      console.log(`    ${line.slice(0, 200)}`);
  }
}

await loadParser();
const database = await databaseWithExtensions();
for (const folder of folders) {
  const request = { cwd: folder, all: true };
  const { workspace, selection, selected } = await findAll(request);
  for (const project of selected) {
    const source = readSource({ workspace, request, selection, project });
    const rules = RULES.map((rule) => ({ rule, severity: rule.meta.severity, options: optionsOf(rule) }));
    const runner = runnerOf(workspace.tree, project.found, {});
    const judged = await judge(database, source, { rules, runner, postgresVersion: 18 });
    const isWritten = ({ change }: Judged): boolean => change === 'as written';
    print(`${folder}, as written`, judged.filter(isWritten));
    if (options.has('--mutate'))
      print(
        `${folder}, with a mistake put in`,
        judged.filter((one) => !isWritten(one)),
      );
  }
}
await database.close();

function optionsOf({ meta }: (typeof RULES)[number]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta.options ?? {}).map(([name, option]) => [name, option.default]),
  );
}
