/**
 * Runs made-up histories on PostgreSQL (PGlite) and in the catalog, and compares the two catalogs after each.
 *
 *   node scripts/run.mjs scripts/check-histories.ts [--runs=1000] [--length=60] [--seed=1] [--failures=1]
 *
 * Prints each history where they differ, as few statements of SQL as show it, until it has found `failures` of them; then it
 * exits with 1.
 */
import { sample } from 'fast-check';
import { loadParser } from '../src/input/sql/parser.ts';
import { checkHistory, shorten } from '../test/support/check-history.ts';
import { histories } from '../test/support/history-generator.ts';
import { databaseWithExtensions } from '../test/support/pglite.ts';

function numberOf(name: string, otherwise: number): number {
  const found = process.argv.find((argument) => argument.startsWith(`--${name}=`));
  return found === undefined ? otherwise : Number(found.slice(name.length + 3));
}

await loadParser();
const database = await databaseWithExtensions();
const runs = numberOf('runs', 1000);
const sought = numberOf('failures', 1);
const totals = { histories: 0, taken: 0, refused: 0, allowed: 0 };
let failures = 0;
for (const steps of sample(histories(numberOf('length', 60)), { seed: numberOf('seed', 1), numRuns: runs })) {
  const history = await checkHistory(database, steps);
  totals.histories += 1;
  totals.taken += history.statements.length;
  totals.refused += history.refused;
  totals.allowed += history.allowed;
  if (history.differences.length === 0) continue;
  failures += 1;
  const { statements, differences } = await shorten(database, history);
  console.log(`\n${statements.join(';\n')};\n\n${differences.join('\n')}`);
  if (failures >= sought) break;
}
const { histories: count, taken, refused, allowed } = totals;
console.log(
  `${count} histories, ${taken} statements taken, ${refused} refused, ${allowed} differences allowed`,
);
await database.close();
process.exitCode = failures > 0 ? 1 : 0;
