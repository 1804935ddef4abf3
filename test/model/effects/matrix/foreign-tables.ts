import { FOREIGN } from './fixtures.ts';
import type { Group } from './types.ts';

/** Foreign tables. */
export const foreignTables: Group = {
  title: 'Foreign tables',
  fixture: FOREIGN,
  statements: [
    'CREATE FOREIGN TABLE ft2 (id int) SERVER far',
    'ALTER FOREIGN TABLE ft ADD COLUMN b int',
    'ALTER FOREIGN TABLE ft ADD COLUMN b int DEFAULT 1',
    'ALTER FOREIGN TABLE ft DROP COLUMN a',
    'ALTER FOREIGN TABLE ft RENAME COLUMN a TO b',
    'ALTER FOREIGN TABLE ft ALTER COLUMN a TYPE bigint',
    'ALTER FOREIGN TABLE ft ADD CHECK (a > 0)',
    'ALTER FOREIGN TABLE ft ALTER COLUMN a SET NOT NULL',
    "ALTER FOREIGN TABLE ft OPTIONS (ADD x 'y')",
    'ALTER FOREIGN TABLE ft RENAME TO ft3',
    "COMMENT ON FOREIGN TABLE ft IS 'x'",
    'DROP FOREIGN TABLE ft',
    'DROP SERVER far CASCADE',
    'GRANT USAGE ON FOREIGN SERVER far TO PUBLIC',
    "ALTER SERVER far OPTIONS (ADD x 'y')",
    'CREATE USER MAPPING FOR PUBLIC SERVER far',
  ],
};
