import { expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { LayoutName } from '../../../src/input/layouts/types.ts';
import { postgresOf } from '../../../src/input/project/postgres-of.ts';

it.each<[LayoutName, string, number | undefined]>([
  ['supabase', '[api]\nmajor_version = 1\n[db]\nport = 5\nmajor_version = 17\n', 17],
  ['supabase', '[db]\n# major_version = 17\n[db.pooler]\nmajor_version = 16\n', undefined],
  ['plain', '[db]\nmajor_version = 17\n', undefined],
])('%s with %j: %s', (layout, text, version) => {
  const tree = memoryTree({ 'supabase/config.toml': text });
  const found = {
    layout,
    folder: 'supabase/migrations',
    schema: undefined,
    evidence: '',
    packageFolder: '',
    provider: undefined,
  };
  expect(postgresOf(tree, found)).toBe(version);
});
