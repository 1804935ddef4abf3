import { loadParser } from '../../src/input/sql/parser.ts';
import type { ReadMigration } from '../../src/input/project/types.ts';
import type { Runner } from '../../src/input/runners/types.ts';
import type { Example } from '../../src/lint/examples.ts';
import { exampleProject } from '../../src/testing/example-project.ts';
import { applyScript } from '../../src/verify/apply/apply-script.ts';
import { prepareScript } from '../../src/verify/apply/prepare-script.ts';
import type { PreparedScript } from '../../src/verify/apply/types.ts';
import { Copies } from '../../src/verify/copies.ts';
import type { Engine } from '../../src/verify/engines/types.ts';
import { OutsideNameCollector } from '../../src/verify/environment/outside-names.ts';
import { noStandIns } from '../../src/verify/environment/stand-ins.ts';
import { fingerprintOf } from '../../src/verify/fingerprint/fingerprint.ts';
import type { Verdict } from '../../src/verify/types.ts';
import type { NamedCheck } from '../../src/verify/verify-migration.ts';

/**
 * Asks a check about the pending migrations of an example, each after those before it was applied.
 *
 * @param engine stays open; its major version is the one that lint is told.
 * @param check makes the check for the example's migrations.
 * @returns its verdicts, in order.
 */
export async function askCheck(
  engine: Engine,
  example: Omit<Example, 'title'>,
  check: (migrations: readonly ReadMigration[]) => NamedCheck,
): Promise<readonly Verdict[]> {
  await loadParser();
  const { source, runner } = exampleProject({ title: 'a test', ...example });
  const { run } = check(source.migrations);
  const database = await engine.open();
  const verdicts: Verdict[] = [];
  try {
    for (const migration of source.migrations) {
      const forward = prepared(runner, migration);
      if (migration.state === 'pending') verdicts.push(...(await ask(migration, forward)));
      await applyScript(database, forward);
    }
    return verdicts;
  } finally {
    await database.close();
  }

  async function ask(migration: ReadMigration, forward: PreparedScript): Promise<readonly Verdict[]> {
    const copies = new Copies(database);
    const scope = { roles: true };
    try {
      return await run({
        engine: { ...engine, open: (from) => engine.open(from) },
        database,
        migration,
        runner,
        forward,
        rollback: undefined,
        fidelity: { names: new OutsideNameCollector(), incomplete: [], standIns: noStandIns },
        apply: applyScript,
        copy: () => copies.take(),
        scope,
        schema: () => fingerprintOf(database, scope),
      });
    } finally {
      await copies.discard();
    }
  }
}

function prepared(runner: Runner, { id, forward }: ReadMigration): PreparedScript {
  const script = forward && prepareScript(runner, forward);
  if (script === undefined || 'unsendable' in script) throw new Error(`${id} cannot be sent`);
  return script;
}
