import { describe, expect, test } from 'vitest';
import { rules } from '../rules/index.ts';
import { differences, rulesOf } from './harness/compare.ts';
import { fixtureNames, readFixture } from './harness/fixture.ts';
import { lintFixture } from './harness/lint.ts';
import { readmeRows, truth } from './harness/readme.ts';

const fixtures = new Map(fixtureNames().map((name) => [name, readFixture(name)]));
const ruleNames = new Set(rules.map(({ meta }) => meta.name));

describe.each([...fixtures.values()])('$name', (fixture) => {
  test('reports what its files expect, and nothing else', async () => {
    const { findings } = await lintFixture(fixture);
    expect(differences(fixture, findings)).toEqual([]);
  });

  test('has its projects found, and those of other databases left alone', async () => {
    const { folders, layouts, ignored, failed } = await lintFixture(fixture);
    const projects = [...fixture.projects].sort((a, b) => (a.folder < b.folder ? -1 : 1));
    expect(folders).toEqual(projects.map(({ folder }) => folder));
    expect(layouts).toEqual(projects.map(({ layout }) => layout));
    expect(ignored).toEqual(fixture.expect.ignored ?? {});
    expect(failed).toBe(false);
  });

  test('expects only rules that there are', () => {
    const expected = fixture.projects.flatMap(({ migrations }) =>
      migrations.flatMap(({ id }) => rulesOf(fixture, id)),
    );
    expect(expected.filter((name) => !ruleNames.has(name))).toEqual([]);
  });
});

test('every rule speaks in everything-broken', () => {
  const fixture = readFixture('everything-broken');
  const ids = fixture.projects.flatMap(({ migrations }) => migrations.map(({ id }) => id));
  // A file can be expected to be reported that is no migration.
  const spoken = [...ids, ...Object.keys(fixture.expect.migrations ?? {})].flatMap((id) =>
    rulesOf(fixture, id),
  );
  expect([...new Set(spoken)].sort()).toEqual([...ruleNames].sort());
});

describe('README.md', () => {
  const rows = readmeRows();

  test.each(rows)(
    'line $line is true of $fixture/$migration',
    ({ fixture, migration, rules: spoken, postgres }) => {
      const project = fixtures.get(fixture);
      if (project === undefined) throw new Error(`there is no fixture ${fixture}`);
      expect({ rules: spoken, postgres }).toEqual(truth(project, migration));
    },
  );

  test('promises for later only what is not there yet', () => {
    const built = rows.flatMap(({ line, later }) =>
      later.filter((name) => ruleNames.has(name)).map((name) => ({ line, name })),
    );
    expect(built).toEqual([]);
    expect(
      rows.flatMap(({ later }) => later).filter((name) => !/^(no|require|prefer)-[a-z-]+$/.test(name)),
    ).toEqual([]);
  });

  test('has a row for every pending migration of the policies and of everything-broken', () => {
    const listed = new Set(rows.map(({ fixture, migration }) => `${fixture}/${migration}`));
    const pending = [...fixtures.values()]
      .filter(({ name }) => name.startsWith('policy-') || name === 'everything-broken')
      .flatMap(({ name, projects }) =>
        projects.flatMap(({ migrations }) =>
          migrations.filter(({ state }) => state === 'pending').map(({ id }) => `${name}/${id}`),
        ),
      );
    expect(pending.filter((id) => !listed.has(id))).toEqual([]);
  });
});
