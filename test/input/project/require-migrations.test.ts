import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { FoundProject } from '../../../src/input/layouts/types.ts';
import { readProject } from '../../../src/input/project/read-project.ts';
import type { ReadProject } from '../../../src/input/project/types.ts';

const read = (found: Pick<FoundProject, 'layout' | 'custom'>, files: Record<string, string>): ReadProject =>
  readProject(
    memoryTree(files),
    { folder: 'm', schema: undefined, evidence: '', packageFolder: '', provider: undefined, ...found },
    { base: { kind: 'none', reason: 'a test' } },
  );

describe('a project without migrations', () => {
  it.each([
    [
      { layout: 'custom', custom: { up: '{version}_{name}/aply.sql', down: undefined } },
      '1_a/apply.sql',
      /no file fits the pattern \{version\}_\{name\}\/aply\.sql/,
    ],
    [
      { layout: 'goose' },
      'add_users.sql',
      /as the layout goose, it would hold files called <digits>_name\.sql/,
    ],
    [{ layout: 'prisma' }, '1_a/up.sql', /folders with a migration\.sql/],
    [{ layout: 'golang-migrate' }, '1_a.sql', /<digits>_name\.up\.sql/],
  ] as const)('is refused, with what was looked for: %j with %s', (found, file, reason) => {
    expect(() => read(found, { [`m/${file}`]: 'SELECT 1;' })).toThrow(reason);
    try {
      read(found, { [`m/${file}`]: 'SELECT 1;' });
    } catch (error) {
      expect(error).toMatchObject({ code: 'no-migrations', help: expect.stringContaining(file) });
    }
  });

  it('has just begun where its tool has marked the folder', () => {
    expect(read({ layout: 'prisma' }, { 'm/migration_lock.toml': '' }).migrations).toEqual([]);
    expect(() => read({ layout: 'prisma' }, { 'm/migration_lock.toml': '', 'm/a.sql': '' })).toThrow(/m/);
  });
});

describe('programs among scripts', () => {
  it('are migrations that nobody can read, unless a script has their version', () => {
    const { migrations, notes } = read(
      { layout: 'plain' },
      {
        'm/1_a.sql': 'SELECT 1;',
        'm/2_b.ts': '',
        'm/3_c.sql': 'SELECT 1;',
        'm/3_c.js': '',
        'm/4_d.test.ts': '',
        'm/index.ts': '',
      },
    );
    expect(migrations.map(({ id }) => id)).toEqual(['1_a', '2_b', '3_c']);
    expect(notes).toEqual([expect.stringContaining('a TypeScript program, which is not read (2_b)')]);
  });
});
