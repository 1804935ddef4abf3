import { describe, expect, it } from 'vitest';
import { globProblem, migrationMatcher } from '../../src/config/globs.ts';

const folder = { id: '20230101000000_add_users', path: 'db/migrations/20230101000000_add_users' };
const file = { id: '0042_legacy_index', path: 'db/migrations/legacy/0042_legacy_index.sql' };
const matches = (globs: string | string[], migration: typeof folder, below = ''): boolean =>
  migrationMatcher([globs].flat(), below)(migration);

describe('migrationMatcher', () => {
  it.each([
    ['2023*', folder],
    ['20230101000000_add_users', folder],
    ['db/migrations/2023*', folder],
    ['./db/migrations/2023*', folder],
    ['**/20230101*', folder],
    ['db/migrations/2023*/migration.sql', folder],
    ['db/migrations/**', folder],
    ['db/migrations/2023*/**', folder],
    ['db/migrations/20230101000000_add_users/*', folder],
    ['0042_*.sql', file],
    ['0042_legacy_index', file],
    ['db/migrations/legacy/*.sql', file],
    ['db/**/{0041,0042}_*', file],
  ])('%s means the migration', (glob, migration) => {
    expect(matches(glob, migration)).toBe(true);
  });

  it.each([
    ['2024*', folder],
    ['migrations/2023*', folder],
    ['db/migrations/2024*/migration.sql', folder],
    ['db/migrations/*.sql', file],
    ['db/migrations/2024*/**', folder],
    ['*/*', folder],
    ['legacy', file],
  ])('%s does not', (glob, migration) => {
    expect(matches(glob, migration)).toBe(false);
  });

  it('takes out what a glob with ! matches, wherever that stands', () => {
    expect(matches(['!0042_*', 'db/**'], file)).toBe(false);
    expect(matches(['db/**', '!0041_*'], file)).toBe(true);
  });

  it('takes paths as relative to the folder of the configuration', () => {
    expect(matches('migrations/2023*', folder, 'db')).toBe(true);
    expect(matches('db/migrations/2023*', folder, 'db')).toBe(false);
    expect(matches('**', folder, 'apps')).toBe(true);
    expect(matches('**/*', folder, 'apps')).toBe(false);
  });
});

it.each([
  ['', 'is empty'],
  ['!', 'is empty'],
  ['/etc/*', 'is an absolute path; it is relative to the configuration'],
  ['../other/*', 'leads out of the folder of the configuration'],
  ['db\\migrations', 'has a backslash; folders are separated by /'],
  ['a'.repeat(501), 'is longer than 500 characters'],
  ['db/**', undefined],
  ['*a*a*a*a*/b.sql', 'has too many wildcards: three in a name, and eight in all, are allowed'],
  [
    'a/**/b/**/c/**/d/**/e/**/f/**/g/**/h/**/i/**',
    'has too many wildcards: three in a name, and eight in all, are allowed',
  ],
  ['legacy/**/*_add_*.sql', undefined],
])('globProblem %j', (glob, problem) => {
  expect(globProblem(glob)).toBe(problem);
});
