import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rulesOf } from './compare.ts';
import { FIXTURES, type Fixture } from './fixture.ts';

/** A row of a table in fixtures/README.md: an example of a policy document and what is said of it. */
export interface Row {
  readonly line: number;
  readonly example: string;
  readonly fixture: string;
  readonly migration: string;
  /** Rules that speak, as the table has them; `none` for nothing. */
  readonly rules: string;
  /** What PostgreSQL does, as the table has it. */
  readonly postgres: string;
  /** Rules to come that cover what these cannot. */
  readonly later: readonly string[];
}

/** The rows of all tables that have a migration in their second column. */
export function readmeRows(): Row[] {
  const lines = readFileSync(join(FIXTURES, 'README.md'), 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    const [, example = '', where = '', rules = '', postgres = '', later = ''] = text
      .split('|')
      .map((cell) => cell.trim());
    const [, fixture, migration] = /^`([^/`]+)\/([^`]+)`$/.exec(where) ?? [];
    if (fixture === undefined || migration === undefined) return [];
    const names = later === '' ? [] : later.split(',').map((name) => name.trim());
    return [{ line: index + 1, example, fixture, migration, rules, postgres, later: names }];
  });
}

/** What the columns «rules» and «PostgreSQL» of a migration's row have to say. */
export function truth(fixture: Fixture, migration: string): Pick<Row, 'rules' | 'postgres'> {
  const found = fixture.projects.flatMap(({ migrations }) => migrations).find(({ id }) => id === migration);
  if (found === undefined) throw new Error(`${fixture.name} has no migration ${migration}`);
  const { fails, endless, leaves } = found.expected;
  const left = leaves.map(
    ({ count, rows }) => `leaves ${count} rows of ${rows.split(' ')[0]?.replaceAll('"', '')}`,
  );
  const notRun = fixture.expect.notRun?.[migration] !== undefined;
  const postgres = fails ?? (endless ? 'never ends' : notRun ? 'not run' : (left[0] ?? 'runs'));
  return { rules: rulesOf(fixture, migration).join(', ') || 'none', postgres };
}
