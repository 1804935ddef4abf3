/**
 * Generates the rollback of every migration and tries it on PostgreSQL (PGlite): history, migration, generated rollback, and is the
 * schema as it was?
 *
 *   node scripts/run.mjs scripts/generated-rollbacks.ts [--examples[=<rule>]] [--every=<n>] [--seconds=<n>] [--all] [--show=<id>] [<folder>…]
 *
 * Prints how many are exact, how many say themselves what does not come back, how many PostgreSQL refuses, and how many leave another
 * schema without saying so; the last two one by one, with `--all` every one. Exits with 1 if there are any. `--every=3` tries every third
 * migration of a folder and only applies the others; `--seconds` ends a folder's run early; `--show` prints the rollbacks of migrations with such an id.
 */
import { rules } from '../rules/index.ts';
import { runnerOf } from '../src/input/runners/runner-of.ts';
import { loadParser } from '../src/input/sql/parser.ts';
import { supabasePrelude } from '../src/verify/environment/supabase.ts';
import { databaseWithExtensions, reset, stubExtensions } from '../test/support/pglite.ts';
import { RoundTrips, type RoundTrip } from '../test/support/round-trip.ts';
import { exampleRoundTrips, mayNeverEnd } from '../test/support/example-round-trips.ts';
import { readFolder } from '../test/support/migration-files.ts';
import { vectorStub } from '../src/verify/engines/vector-stub.ts';

const options = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const every = Number(options.find((one) => one.startsWith('--every='))?.slice('--every='.length) ?? 1);
const longest = Number(
  options.find((one) => one.startsWith('--seconds='))?.slice('--seconds='.length) ?? Infinity,
);
const shown = options.find((one) => one.startsWith('--show='))?.slice('--show='.length);

class Tally {
  readonly counts = new Map<string, number>();

  note({ id, outcome, differences, rollback, again }: RoundTrip, title = id): void {
    this.#count(outcome);
    if (rollback.losses.some((loss) => loss.of === 'rows')) this.#count('say which rows are lost');
    if (again !== undefined && !rollback.irreversible) {
      this.#count('fail when run again');
      if (options.includes('--again')) console.log(`  again: ${title}: ${again}`);
    }
    const isWrong = outcome === 'fails' || outcome === 'differs';
    if (isWrong) process.exitCode = 1;
    if (isWrong || (options.includes('--all') && outcome !== 'exact')) {
      const losses = rollback.losses.filter((loss) => loss.of === 'schema').map(({ sentence }) => sentence);
      console.log(
        `  ${outcome}: ${title}: ${differences.join('; ')}${losses.map((one) => `\n    stated: ${one}`).join('')}`,
      );
    }
    if (shown !== undefined && title.includes(shown)) console.log(rollback.sql);
  }

  #count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  print(title: string): void {
    console.log(`${title}: ${[...this.counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`);
  }
}

await loadParser();
const examples = options.find((one) => one.startsWith('--examples'));
if (examples !== undefined) {
  const tally = new Tally();
  for (const { meta } of rules.filter((rule) => rule.meta.name.includes(examples.split('=')[1] ?? ''))) {
    for (const example of meta.examples.bad) {
      if (mayNeverEnd(example)) continue;
      if (options.includes('--verbose')) console.log(meta.name, example.title);
      for (const trip of await exampleRoundTrips(example)) tally.note(trip, `${meta.name}: ${example.title}`);
    }
  }
  tally.print('examples');
}
for (const folder of folders) {
  const database = await databaseWithExtensions();
  stubExtensions(database, ['vector'], vectorStub);
  stubExtensions(database, ['pg_stat_statements', 'pg_cron', 'postgis', 'pgjwt', 'pg_net', 'http']);
  await reset(database);
  const { tree, project } = readFolder(folder);
  if (project.found.layout === 'supabase') await database.exec(supabasePrelude);
  const runner = runnerOf(tree, project.found);
  const trips = new RoundTrips(database, runner);
  const tally = new Tally();
  const start = performance.now();
  for (const [index, migration] of project.migrations.entries()) {
    if (migration.forward === undefined || index % every !== 0) await trips.apply(migration);
    else tally.note(await trips.tryOut(migration));
    const seconds = Math.round((performance.now() - start) / 1000);
    if (seconds > longest) {
      console.log(`  stopped after ${index + 1} of ${project.migrations.length}`);
      break;
    }
    if (index % 20 === 19) {
      console.error(`  ${index + 1} of ${project.migrations.length}, ${seconds} s`);
    }
  }
  tally.print(folder);
  await database.close();
}
