import { expect, test } from 'vitest';
import { fixtureNames, readFixture } from './harness/fixture.ts';
import { runOnPostgres } from './harness/production.ts';

/** In milliseconds; everything-broken has some two hundred migrations, each of which begins on a database of its own. */
const TIMEOUT = 180_000;

for (const name of fixtureNames()) {
  const fixture = readFixture(name);
  for (const project of fixture.projects) {
    test(
      `${name}/${project.folder} does on PostgreSQL what its files say`,
      async () => {
        expect(await runOnPostgres(fixture, project)).toEqual([]);
      },
      TIMEOUT,
    );
  }
}
