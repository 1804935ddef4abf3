import { expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { flywayRunner } from '../../../src/input/runners/flyway-settings.ts';

it.each([
  ['flyway.conf', '', true],
  ['flyway.conf', 'flyway.postgresql.transactional.lock=false\n', false],
  ['flyway.conf', '# flyway.postgresql.transactional.lock=false\n', true],
  ['flyway.conf', 'flyway.postgresql.transactional.lock=true\n', true],
  ['flyway.toml', '[flyway]\nmixed = true\n[flyway.postgresql.transactional]\nlock = false\n', false],
  ['flyway.toml', '[flyway.postgresql]\ntransactional.lock = false\n', false],
  ['flyway.toml', '[flyway]\npostgresql.transactional.lock = false\n', false],
  ['flyway.toml', '[flyway.other]\nlock = false\n', true],
])('%s with %j: the lock is on: %s', (name, text, on) => {
  const tree = memoryTree({ [name]: text, 'sql/V1__a.sql': '' });
  expect(flywayRunner(tree, 'sql').locksInTransaction).toBe(on);
});
