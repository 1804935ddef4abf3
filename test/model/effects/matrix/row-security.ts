import { TABLES } from './fixtures.ts';
import type { Group } from './types.ts';

/** Row security. */
export const rowSecurity: Group = {
  title: 'Row security',
  fixture: TABLES,
  statements: [
    'ALTER TABLE t ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE t FORCE ROW LEVEL SECURITY',
    'CREATE POLICY p ON t USING (true)',
    'CREATE POLICY p ON t USING (rid IN (SELECT id FROM r))',
    { sql: 'DROP POLICY p ON t', after: 'CREATE POLICY p ON t USING (true)' },
  ],
};
