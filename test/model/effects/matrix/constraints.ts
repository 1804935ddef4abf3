import { TABLES } from './fixtures.ts';
import type { Group } from './types.ts';

/** Constraints. */
export const constraints: Group = {
  title: 'Constraints',
  fixture: TABLES,
  statements: [
    'ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)',
    'ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID',
    {
      sql: 'ALTER TABLE t VALIDATE CONSTRAINT ck',
      after: 'ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID',
    },
    'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id)',
    'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id) NOT VALID',
    {
      sql: 'ALTER TABLE t VALIDATE CONSTRAINT fk',
      after: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id) NOT VALID',
    },
    {
      sql: 'ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE INITIALLY DEFERRED',
      after: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id)',
    },
    {
      sql: 'ALTER TABLE t DROP CONSTRAINT fk',
      after: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id)',
    },
    'ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a)',
    {
      sql: 'ALTER TABLE t ADD CONSTRAINT uq UNIQUE USING INDEX t_a_u',
      after: 'CREATE UNIQUE INDEX t_a_u ON t(a)',
    },
    {
      sql: 'ALTER TABLE h ADD PRIMARY KEY (id)',
      after: 'CREATE TABLE h(id int, x int); INSERT INTO h SELECT 1,1',
    },
    {
      sql: 'ALTER TABLE h ADD PRIMARY KEY (id)',
      after: 'CREATE TABLE h(id int NOT NULL, x int); INSERT INTO h SELECT 1,1',
    },
    {
      sql: 'ALTER TABLE h ADD PRIMARY KEY USING INDEX h_id_u',
      after: 'CREATE TABLE h(id int, x int); INSERT INTO h SELECT 1,1; CREATE UNIQUE INDEX h_id_u ON h(id)',
    },
    {
      sql: 'ALTER TABLE h ADD PRIMARY KEY USING INDEX h_id_u',
      after:
        'CREATE TABLE h(id int NOT NULL, x int); INSERT INTO h SELECT 1,1; CREATE UNIQUE INDEX h_id_u ON h(id)',
    },
    'ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING btree (a WITH =)',
    { sql: 'ALTER TABLE t DROP CONSTRAINT ck', after: 'ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0)' },
    { sql: 'ALTER TABLE t DROP CONSTRAINT uq', after: 'ALTER TABLE t ADD CONSTRAINT uq UNIQUE (u)' },
    {
      sql: 'ALTER TABLE r DROP CONSTRAINT r_pkey CASCADE',
      after: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id)',
    },
    'ALTER TABLE t RENAME CONSTRAINT t_pkey TO t_pk',
    'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES t(id)',
    { sql: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id) NOT ENFORCED', since: 18 },
    { sql: 'ALTER TABLE t ADD CONSTRAINT ck CHECK (a>0) NOT ENFORCED', since: 18 },
    {
      sql: 'ALTER TABLE t ALTER CONSTRAINT fk ENFORCED',
      after: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id) NOT ENFORCED',
      since: 18,
    },
    { sql: 'ALTER TABLE t ADD CONSTRAINT uq UNIQUE NULLS NOT DISTINCT (a)', since: 15 },
    {
      sql: 'ALTER TABLE t DROP CONSTRAINT fk, ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id) ON DELETE CASCADE',
      after: 'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (rid) REFERENCES r(id)',
    },
  ],
};
