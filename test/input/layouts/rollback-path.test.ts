import { expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { layoutOfProject } from '../../../src/input/layouts/layouts.ts';
import { rollbackPathFor } from '../../../src/input/layouts/rollback-path.ts';
import type { FoundProject } from '../../../src/input/layouts/types.ts';

const JOURNAL = '{"dialect":"postgresql","entries":[{"idx":0,"tag":"0000_a","when":1}]}';

it.each([
  ['prisma', ['m/1_a/migration.sql'], 'm/1_a/rollback.sql'],
  ['prisma', ['m/0_z/migration.sql', 'm/0_z/down.sql', 'm/1_a/migration.sql'], 'm/1_a/down.sql'],
  ['diesel', ['m/1_a/up.sql'], 'm/1_a/down.sql'],
  ['golang-migrate', ['m/1_a.up.sql'], 'm/1_a.down.sql'],
  ['sqlx', ['m/1_a.up.sql'], 'm/1_a.down.sql'],
  ['goose', ['m/1_a.sql'], 'm/1_a.sql'],
  ['flyway', ['m/x/V13__a.sql'], 'm/x/U13__a.sql'],
  ['supabase', ['m/1_a.sql'], 'm/rollbacks/1_a.sql'],
  ['supabase', ['m/0_z.sql', 'm/down/0_z.sql', 'm/1_a.sql'], 'm/down/1_a.sql'],
  ['drizzle', ['m/0000_a.sql'], 'm/0000_a.down.sql'],
  ['plain', ['m/1_a.sql'], 'm/1_a.down.sql'],
  ['plain', ['m/0_z.sql', 'm/rollback/0_z_rollback.sql', 'm/1_a.sql'], 'm/rollback/1_a_rollback.sql'],
  ['numbered', ['m/sql/1_a.sql', 'm/rollback/README'], 'm/rollback/1_rollback.sql'],
  ['custom', ['m/1_a/apply.sql'], 'm/1_a/revert.sql'],
] as const)('%s: the rollback of the last of %j would be %s', (layout, files, expected) => {
  const texts = Object.fromEntries(files.map((file) => [file, 'SELECT 1;']));
  const tree = memoryTree(layout === 'drizzle' ? { ...texts, 'm/meta/_journal.json': JOURNAL } : texts);
  const found: FoundProject = {
    layout,
    folder: 'm',
    schema: undefined,
    evidence: '',
    packageFolder: '',
    provider: undefined,
    ...(layout === 'custom' && {
      custom: { up: '{version}_{name}/apply.sql', down: '{version}_{name}/revert.sql' },
    }),
  };
  const { entries } = layoutOfProject(found).migrations(tree, 'm');
  const last = entries.at(-1);
  expect(last && rollbackPathFor(tree, found, entries)(last)).toBe(expected);
});
