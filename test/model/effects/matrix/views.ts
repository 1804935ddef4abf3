import { TABLES } from './fixtures.ts';
import type { Group } from './types.ts';

/** Views, rules and functions. */
export const views: Group = {
  title: 'Views, rules and functions',
  fixture: TABLES,
  statements: [
    'CREATE RULE ru AS ON INSERT TO t DO ALSO NOTHING',
    'CREATE VIEW v AS SELECT * FROM t',
    { sql: 'CREATE OR REPLACE VIEW v AS SELECT id FROM t', after: 'CREATE VIEW v AS SELECT id FROM t' },
    { sql: 'DROP VIEW v', after: 'CREATE VIEW v AS SELECT id FROM t' },
    'CREATE MATERIALIZED VIEW mv AS SELECT * FROM t',
    {
      sql: 'REFRESH MATERIALIZED VIEW mv',
      after: 'CREATE MATERIALIZED VIEW mv AS SELECT * FROM t; CREATE UNIQUE INDEX mv_u ON mv(id)',
    },
    {
      sql: 'REFRESH MATERIALIZED VIEW CONCURRENTLY mv',
      after: 'CREATE MATERIALIZED VIEW mv AS SELECT * FROM t; CREATE UNIQUE INDEX mv_u ON mv(id)',
    },
    'CREATE PUBLICATION pub FOR TABLE t',
    'CREATE FUNCTION ff() RETURNS int LANGUAGE sql AS $$ SELECT count(*)::int FROM t $$',
    {
      sql: 'DROP VIEW v CASCADE',
      after: 'CREATE VIEW v AS SELECT id FROM t; CREATE VIEW v2 AS SELECT id FROM v',
    },
    { sql: 'ALTER VIEW v RENAME TO v9', after: 'CREATE VIEW v AS SELECT id FROM t' },
  ],
};
