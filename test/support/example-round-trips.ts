import type { Example } from '../../src/lint/examples.ts';
import { exampleProject } from '../../src/testing/example-project.ts';
import { emptyDatabase } from './pglite.ts';
import { RoundTrips, type RoundTrip } from './round-trip.ts';

/** Tries the generated rollbacks of an example's pending migrations, each right after what was there before it. */
export async function exampleRoundTrips(example: Example): Promise<readonly RoundTrip[]> {
  const { source, runner } = exampleProject(example);
  const trips = new RoundTrips(await emptyDatabase(), runner);
  const results: RoundTrip[] = [];
  const pending = source.migrations.filter(({ state }) => state === 'pending');
  for (const migration of source.migrations) {
    if (migration.state === 'applied') await trips.apply(migration);
    else results.push(pending.length === 1 ? await trips.undo(migration) : await trips.tryOut(migration));
  }
  return results;
}

/** Some of the examples show loops that never end, which nothing stops in here. A loop changes rows, and no schema. */
export function mayNeverEnd({ history = [], sql }: Example): boolean {
  const texts = [...history, ...(typeof sql === 'string' ? [sql] : sql)];
  return texts.some((text) => /\b(?:LOOP|RECURSIVE|pg_sleep)\b/i.test(text));
}
