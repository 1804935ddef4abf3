/** One fact of PostgreSQL that the replay knows: a history, and lines of the catalog after it (see describeCatalog). */
export interface Fact {
  readonly fact: string;
  readonly sql: string;
  /** Lines that are there, in this order, without their indentation. */
  readonly shows: readonly string[];
  /** Texts that no line holds. */
  readonly hides?: readonly string[];
}

const long = 'x'.repeat(60);

/** Default names (makeObjectName and those that call it). */
export const nameFacts: readonly Fact[] = [
  {
    fact: 'keys, foreign keys and CHECKs are named after table and columns',
    sql: `CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int REFERENCES t, CHECK (a > 0), UNIQUE (b, c), CHECK (a > b))`,
    shows: [
      't_a_check check (a > 0)',
      't_check check (a > b)',
      't_pkey primary key (a)',
      't_b_key unique (b)',
      't_b_c_key unique (b, c)',
      't_c_fkey foreign key (c) references t(a)',
    ],
  },
  {
    fact: 'a CHECK is named after its one column, wherever it is written',
    sql: `CREATE TABLE t (a int CHECK (b > 0), b int, CHECK (1 = 1))`,
    shows: ['t_b_check check (b > 0)', 't_check check (1 = 1)'],
  },
  {
    fact: 'an index is named after columns, functions and casts, INCLUDE too',
    sql: `CREATE TABLE t (a text, b int); CREATE INDEX ON t (lower(a)); CREATE INDEX ON t ((b + 1), (b + 2));
          CREATE INDEX ON t (b) INCLUDE (a); CREATE INDEX ON t ((coalesce(a, '')), (a::varchar))`,
    shows: [
      'index t_lower_idx ((lower(a)))',
      'index t_expr_expr1_idx ((b + 1), (b + 2))',
      'index t_b_a_idx (b) include (a)',
    ],
  },
  {
    fact: 'a name that a relation of the schema has is numbered',
    sql: `CREATE TABLE t (a int); CREATE VIEW t_a_idx AS SELECT 1 AS x; CREATE SEQUENCE t_a_idx1; CREATE INDEX ON t (a)`,
    shows: ['index t_a_idx2 (a)'],
  },
  {
    fact: "a constraint's name is free in the whole schema, a key's in the relations too",
    sql: `CREATE TABLE t_a (b int UNIQUE, CHECK (b > 0)); CREATE TABLE t (a_b int UNIQUE, CHECK (a_b > 0))`,
    shows: [
      't_a_b_check check (b > 0)',
      't_a_b_key unique (b)',
      't_a_b_check1 check (a_b > 0)',
      't_a_b_key1 unique (a_b)',
    ],
  },
  {
    fact: 'another schema is another namespace',
    sql: `CREATE SCHEMA app; CREATE TABLE t (a int UNIQUE); CREATE TABLE app.t (a int UNIQUE)`,
    shows: ['table t', 't_a_key unique (a)', 'table app.t', 't_a_key unique (a)'],
  },
  {
    fact: 'a renamed table keeps the names, so the next one of that name gets numbers',
    sql: `CREATE TABLE t (a int CHECK (a > 0), id serial); ALTER TABLE t RENAME TO old; CREATE TABLE t (a int CHECK (a > 0), id serial)`,
    shows: [
      'table t',
      't_a_check1 check (a > 0)',
      'table old',
      't_a_check check (a > 0)',
      'sequence t_id_seq owned by old.id',
      'sequence t_id_seq1 owned by t.id',
    ],
  },
  {
    fact: 'the longer part is cut until the whole has 63 bytes',
    sql: `CREATE TABLE ${long} (${long}_a int UNIQUE, b int PRIMARY KEY)`,
    shows: [
      `${'x'.repeat(58)}_pkey primary key (b)`,
      `${'x'.repeat(29)}_${'x'.repeat(29)}_key unique (${long}_a)`,
    ],
  },
  {
    fact: 'a character is never cut in two',
    sql: `CREATE TABLE "${'é'.repeat(31)}" (a int UNIQUE)`,
    shows: [`${'é'.repeat(28)}_a_key unique (a)`],
  },
  {
    fact: 'names longer than 63 bytes are cut where they are written',
    sql: `CREATE TABLE t ("${long}abcdef" int, CHECK ("${long}abcdef" > 0)); ALTER TABLE t RENAME COLUMN "${long}abcdef" TO b`,
    shows: ['b integer', 't_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx_check check (b > 0)'],
  },
  {
    fact: 'PRIMARY KEY and UNIQUE over the same column are one key, with the written name',
    sql: `CREATE TABLE t (a int UNIQUE PRIMARY KEY, b int, CONSTRAINT named UNIQUE (b), UNIQUE (b))`,
    shows: ['t_pkey primary key (a)', 'named unique (b)'],
    hides: ['t_a_key', 't_b_key'],
  },
  {
    fact: 'the primary key is named first',
    sql: `CREATE TABLE t (a int CONSTRAINT t_pkey1 UNIQUE, b int PRIMARY KEY)`,
    shows: ['t_pkey primary key (b)', 't_pkey1 unique (a)'],
  },
  {
    fact: 'LIKE INCLUDING ALL gives indexes and keys default names, CHECKs their own',
    sql: `CREATE TABLE s (a int CONSTRAINT k PRIMARY KEY, b int DEFAULT 1 CONSTRAINT c CHECK (b > 0)); CREATE INDEX i ON s (b);
          CREATE TABLE t (LIKE s INCLUDING ALL); CREATE TABLE u (LIKE s)`,
    shows: [
      'table t',
      'a integer not null',
      'b integer default 1',
      'c check (b > 0)',
      't_pkey primary key (a)',
      'index t_b_idx (b)',
      'table u',
      'a integer not null',
      'b integer',
    ],
    hides: ['u_pkey'],
  },
  {
    fact: "a copied index is named after the first index's columns, as they were called when it was built",
    sql: `CREATE TABLE s (a int UNIQUE); ALTER TABLE s RENAME COLUMN a TO b; CREATE TABLE t (LIKE s INCLUDING INDEXES)`,
    shows: ['s_a_key unique (b)', 't_a_key unique (b)'],
  },
  {
    fact: 'EXCLUDE is named after its columns',
    sql: `CREATE TABLE t (a int4range, EXCLUDE USING gist (a WITH &&))`,
    shows: ['t_a_excl exclude (a)'],
  },
];

/** Columns: serial, identity, NOT NULL, generated; what ALTER and DROP do. */
export const columnFacts: readonly Fact[] = [
  {
    fact: 'serial is an integer with an owned sequence, a default and NOT NULL',
    sql: `CREATE TABLE t (a serial, b bigserial)`,
    shows: [
      "a integer not null default nextval('public.t_a_seq'::regclass)",
      "b bigint not null default nextval('public.t_b_seq'::regclass)",
      'sequence t_a_seq owned by t.a',
      'sequence t_b_seq owned by t.b',
    ],
  },
  {
    fact: 'an identity column has a sequence and no default',
    sql: `CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)`,
    shows: ['a integer not null identity always', 'sequence t_a_seq owned by t.a'],
  },
  {
    fact: 'DROP IDENTITY takes the sequence and leaves NOT NULL',
    sql: `CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY); ALTER TABLE t ALTER a DROP IDENTITY`,
    shows: ['a integer not null'],
    hides: ['sequence'],
  },
  {
    fact: 'a primary key makes its columns NOT NULL, and they stay so without it',
    sql: `CREATE TABLE t (a int, b int); ALTER TABLE t ADD PRIMARY KEY (a, b); ALTER TABLE t DROP CONSTRAINT t_pkey`,
    shows: ['a integer not null', 'b integer not null'],
    hides: ['primary key'],
  },
  {
    fact: 'ADD COLUMN IF NOT EXISTS does nothing at all for a column that is there',
    sql: `CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN IF NOT EXISTS a int UNIQUE NOT NULL DEFAULT 3`,
    shows: ['a integer'],
    hides: ['unique', 'not null'],
  },
  {
    fact: 'a dropped column takes every index, key and CHECK that uses it',
    sql: `CREATE TABLE t (a int, b int, c int, CHECK (a > b), UNIQUE (a, b));
          CREATE INDEX i1 ON t (a) WHERE b > 0; CREATE INDEX i2 ON t (c) INCLUDE (b); CREATE INDEX i3 ON t ((a + b)); CREATE INDEX i4 ON t (a);
          ALTER TABLE t DROP COLUMN b`,
    shows: ['a integer', 'c integer', 'index i4 (a)'],
    hides: ['i1', 'i2', 'i3', 'check', 'unique'],
  },
  {
    fact: 'a dropped column takes its sequence',
    sql: `CREATE TABLE t (a serial, b int); ALTER TABLE t DROP COLUMN a`,
    shows: ['b integer'],
    hides: ['sequence'],
  },
  {
    fact: 'with CASCADE it takes foreign keys to it, views and generated columns',
    sql: `CREATE TABLE t (a int PRIMARY KEY, b int GENERATED ALWAYS AS (a + 1) STORED, c int); CREATE TABLE u (a int REFERENCES t);
          CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT c FROM t; ALTER TABLE t DROP COLUMN a CASCADE`,
    shows: ['c integer', 'table u', 'a integer', 'view w (c)'],
    hides: ['u_a_fkey', 'view v', 'b integer'],
  },
  {
    fact: 'a column that a foreign key rests on through INCLUDE takes it along',
    sql: `CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a) INCLUDE (b); CREATE TABLE u (a int REFERENCES t (a));
          ALTER TABLE t DROP COLUMN b CASCADE`,
    shows: ['a integer', 'table u'],
    hides: ['u_a_fkey'],
  },
  {
    fact: 'a renamed column is followed by expressions, keys, foreign keys and sequences',
    sql: `CREATE TABLE t (a serial PRIMARY KEY, b text, CHECK (a > 0 AND b <> 'a')); CREATE INDEX i ON t (lower(b)) WHERE a > 1;
          CREATE TABLE u (a int REFERENCES t); ALTER TABLE t RENAME COLUMN a TO "New"; ALTER TABLE t RENAME b TO "user"`,
    shows: [
      `t_check check ("New" > 0 AND "user" <> 'a')`,
      't_pkey primary key (New)',
      'index i ((lower("user"))) where "New" > 1',
      'u_a_fkey foreign key (a) references t(New)',
      'sequence t_a_seq owned by t.New',
    ],
  },
  {
    fact: "a type change keeps default, NOT NULL and indexes; the collation is the new type's",
    sql: `CREATE TABLE t (a int NOT NULL DEFAULT 5 UNIQUE, b text COLLATE "C"); ALTER TABLE t ALTER a TYPE bigint, ALTER b TYPE varchar(20)`,
    shows: ['a bigint not null default 5', 'b character varying(20)', 't_a_key unique (a)'],
  },
  {
    fact: 'in one ALTER TABLE the drops come first',
    sql: `CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN a text, DROP COLUMN a`,
    shows: ['a text'],
    hides: ['integer'],
  },
];

/** Constraints and indexes. */
export const constraintFacts: readonly Fact[] = [
  {
    fact: 'REFERENCES without columns means the primary key',
    sql: `CREATE TABLE t (a int, b int, PRIMARY KEY (b, a)); CREATE TABLE u (x int, y int, FOREIGN KEY (x, y) REFERENCES t)`,
    shows: ['u_x_y_fkey foreign key (x, y) references t(b, a)'],
  },
  {
    fact: 'in one ALTER TABLE the REFERENCES of a new column see the primary key that is added',
    sql: `CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b int REFERENCES t, ADD PRIMARY KEY (a)`,
    shows: ['t_b_fkey foreign key (b) references t(a)', 't_pkey primary key (a)'],
  },
  {
    fact: 'NOT VALID is not validated until VALIDATE',
    sql: `CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID, ADD CONSTRAINT d CHECK (b > 0) NOT VALID;
          ALTER TABLE t VALIDATE CONSTRAINT d`,
    shows: ['c check (a > 0) not valid', 'd check (b > 0)'],
  },
  {
    fact: 'in CREATE TABLE, NOT VALID means nothing',
    sql: `CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0) NOT VALID)`,
    shows: ['c check (a > 0)'],
    hides: ['not valid'],
  },
  {
    fact: 'USING INDEX gives the index the name of the constraint, or the constraint that of the index',
    sql: `CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (b);
          ALTER TABLE t ADD CONSTRAINT named PRIMARY KEY USING INDEX i; ALTER TABLE t ADD UNIQUE USING INDEX j`,
    shows: ['a integer not null', 'named primary key (a)', 'j unique (b)'],
    hides: ['index i'],
  },
  {
    fact: 'a key and its index are renamed together',
    sql: `CREATE TABLE t (a int UNIQUE, b int UNIQUE); ALTER TABLE t RENAME CONSTRAINT t_a_key TO one; ALTER INDEX t_b_key RENAME TO other;
          CREATE TABLE u (a int); CREATE INDEX one1 ON u (a)`,
    shows: ['one unique (a)', 'other unique (b)', 'index one1 (a)'],
  },
  {
    fact: 'DROP CONSTRAINT drops the index, with CASCADE the foreign keys that rest on it',
    sql: `CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE); CREATE TABLE u (a int REFERENCES t, b int REFERENCES t (b)); ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE; CREATE SEQUENCE t_pkey`,
    shows: ['t_b_key unique (b)', 'u_b_fkey foreign key (b) references t(b)', 'sequence t_pkey'],
    hides: ['u_a_fkey'],
  },
  {
    fact: 'a foreign key without columns rests on the primary key, though an older index has the column',
    sql: `CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a); ALTER TABLE t ADD PRIMARY KEY (a);
          CREATE TABLE u (a int REFERENCES t, b int REFERENCES t (a)); ALTER TABLE t DROP CONSTRAINT t_pkey CASCADE`,
    shows: ['u_b_fkey foreign key (b) references t(a)'],
    hides: ['u_a_fkey'],
  },
  {
    fact: 'DROP INDEX CONCURRENTLY and CREATE INDEX IF NOT EXISTS',
    sql: `CREATE TABLE t (a int); CREATE INDEX i ON t (a); CREATE INDEX IF NOT EXISTS i ON t (lower(a::text)); CREATE INDEX j ON t (a); DROP INDEX j`,
    shows: ['index i (a)'],
    hides: ['index j', 'lower'],
  },
];

/** Whole objects: tables, types, schemas, sequences, views. */
export const objectFacts: readonly Fact[] = [
  {
    fact: 'foreign keys, views and sequences follow a renamed table',
    sql: `CREATE TABLE t (a serial PRIMARY KEY, CHECK (t.a > 0)); CREATE TABLE u (a int REFERENCES t); CREATE VIEW v AS SELECT * FROM t; ALTER TABLE t RENAME TO "New";
          ALTER TABLE "New" DROP COLUMN a CASCADE`,
    shows: ['table u', 'table New'],
    hides: ['view v', 'u_a_fkey'],
  },
  {
    fact: 'DROP TABLE takes its sequences, with CASCADE foreign keys to it and views',
    sql: `CREATE TABLE t (a serial PRIMARY KEY); CREATE TABLE u (a int REFERENCES t); CREATE VIEW v AS SELECT * FROM t; CREATE VIEW w AS SELECT * FROM v; DROP TABLE t CASCADE`,
    shows: ['table u', 'a integer'],
    hides: ['table t', 'fkey', 'view', 'sequence'],
  },
  {
    fact: 'SET SCHEMA takes indexes and owned sequences along',
    sql: `CREATE SCHEMA app; CREATE TABLE t (a serial PRIMARY KEY); CREATE TABLE u (a int REFERENCES t); ALTER TABLE t SET SCHEMA app; CREATE INDEX t_pkey ON u (a)`,
    shows: [
      'u_a_fkey foreign key (a) references app.t(a)',
      'index t_pkey (a)',
      'table app.t',
      `a integer not null default nextval('app.t_a_seq'::regclass)`,
      't_pkey primary key (a)',
      'sequence app.t_a_seq owned by app.t.a',
    ],
  },
  {
    fact: 'a renamed schema takes all that is in it',
    sql: `CREATE SCHEMA app; CREATE TYPE app.e AS ENUM ('a'); CREATE TABLE app.t (a serial, e app.e DEFAULT 'a'::app.e); CREATE VIEW app.v AS SELECT a FROM app.t; ALTER SCHEMA app RENAME TO b`,
    shows: [
      'table b.t',
      `a integer not null default nextval('b.t_a_seq'::regclass)`,
      `e b.e default 'a'::b.e`,
      'view b.v (a)',
      'sequence b.t_a_seq owned by b.t.a',
      'enum b.e (a)',
    ],
  },
  {
    fact: 'DROP SCHEMA CASCADE takes what depends on its objects elsewhere',
    sql: `CREATE SCHEMA app; CREATE TYPE app.e AS ENUM ('a'); CREATE TABLE app.t (a int PRIMARY KEY); CREATE TABLE u (a int REFERENCES app.t, e app.e); DROP SCHEMA app CASCADE`,
    shows: ['table u', 'a integer'],
    hides: ['fkey', 'e app', 'enum', 'table app'],
  },
  {
    fact: 'enum values come before, after or last',
    sql: `CREATE TYPE e AS ENUM ('a', 'c'); ALTER TYPE e ADD VALUE 'b' BEFORE 'c'; ALTER TYPE e ADD VALUE 'a2' AFTER 'a'; ALTER TYPE e ADD VALUE 'd'; ALTER TYPE e ADD VALUE IF NOT EXISTS 'd'; ALTER TYPE e RENAME VALUE 'a2' TO 'z'`,
    shows: ['enum e (a, z, b, c, d)'],
  },
  {
    fact: 'defaults and CHECKs follow a renamed value and a renamed type',
    sql: `CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (e e DEFAULT 'a', f e DEFAULT 'b'::e, CHECK (e <> 'a')); ALTER TYPE e RENAME VALUE 'a' TO 'x'; ALTER TYPE e RENAME TO "E"`,
    shows: [`e public."E" default 'x'`, `f public."E" default 'b'::"E"`, `t_e_check check (e <> 'x')`],
  },
  {
    fact: 'a value leaves an enum through a new type of the same name',
    sql: `CREATE TYPE "Role" AS ENUM ('A', 'B'); CREATE TABLE t (r "Role" NOT NULL DEFAULT 'A');
          BEGIN; CREATE TYPE "Role_new" AS ENUM ('A'); ALTER TABLE t ALTER r DROP DEFAULT; ALTER TABLE t ALTER r TYPE "Role_new" USING (r::text::"Role_new");
          ALTER TYPE "Role" RENAME TO "Role_old"; ALTER TYPE "Role_new" RENAME TO "Role"; DROP TYPE "Role_old"; ALTER TABLE t ALTER r SET DEFAULT 'A'; COMMIT`,
    shows: [`r public."Role" not null default 'A'`, 'enum Role (A)'],
    hides: ['Role_old', 'Role_new'],
  },
  {
    fact: 'DROP TYPE CASCADE takes columns and defaults',
    sql: `CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (a e, b text DEFAULT 'a'::e::text, c int); DROP TYPE e CASCADE`,
    shows: ['b text', 'c integer'],
    hides: ['a public', 'default'],
  },
  {
    fact: 'a renamed sequence is followed by defaults; a dropped one takes them with CASCADE',
    sql: `CREATE SEQUENCE s; CREATE TABLE t (a int DEFAULT nextval('s'), b int DEFAULT nextval('s')); ALTER SEQUENCE s RENAME TO r; CREATE SEQUENCE q; ALTER TABLE t ALTER b SET DEFAULT nextval('q'); DROP SEQUENCE q CASCADE`,
    shows: [`a integer default nextval('public.r'::regclass)`, 'b integer', 'sequence r'],
  },
  {
    fact: 'a sequence goes with the column that owns it',
    sql: `CREATE TABLE t (a int, b int); CREATE SEQUENCE s OWNED BY t.a; CREATE SEQUENCE r OWNED BY t.b; ALTER SEQUENCE r OWNED BY NONE; DROP TABLE t`,
    shows: ['sequence r'],
    hides: ['sequence s'],
  },
  {
    fact: 'CREATE TABLE AS copies names and types alone',
    sql: `CREATE TABLE t (a varchar(10) NOT NULL DEFAULT 'x' PRIMARY KEY, b int); CREATE TABLE u AS SELECT * FROM t; CREATE TABLE w (x) AS SELECT b, a FROM t; SELECT a INTO z FROM t`,
    shows: [
      'table u',
      'a character varying(10)',
      'b integer',
      'table w',
      'x integer',
      'a character varying(10)',
      'table z',
      'a character varying(10)',
    ],
  },
  {
    fact: 'a view names its columns after what it selects',
    sql: `CREATE TABLE t (a int, b text); CREATE VIEW v AS SELECT t.*, lower(b), a + 1, (1)::text, CASE WHEN a > 1 THEN 2 END, count(*) OVER () AS n FROM t`,
    shows: ['view v (a, b, lower, ?column?, text, case, n)'],
    hides: [],
  },
  {
    fact: 'DROP FUNCTION CASCADE takes its triggers',
    sql: `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TABLE t (a int);
          CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); DROP FUNCTION f CASCADE`,
    shows: ['table t', 'a integer'],
    hides: ['trigger'],
  },
];

/** Partitions and inheritance. */
export const partitionFacts: readonly Fact[] = [
  {
    fact: "a partition has its parent's columns, CHECKs, keys, indexes and foreign keys, with names of its own for the indexes",
    sql: `CREATE TABLE r (a int PRIMARY KEY); CREATE TABLE p (a int PRIMARY KEY REFERENCES r, b text DEFAULT 'x' CONSTRAINT c CHECK (b <> '')) PARTITION BY LIST (a);
          CREATE INDEX p_b ON p (lower(b)); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)`,
    shows: [
      'table p1',
      'a integer not null',
      `b text default 'x'`,
      `c check (b <> '')`,
      'p1_pkey primary key (a)',
      'p_a_fkey foreign key (a) references r(a)',
      'index p1_lower_idx ((lower(b)))',
    ],
  },
  {
    fact: 'what is added to the parent comes to its partitions, what is dropped goes',
    sql: `CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p DEFAULT; ALTER TABLE p ADD COLUMN b int NOT NULL DEFAULT 0, ADD COLUMN c int;
          CREATE INDEX i ON p (b); ALTER TABLE p ADD UNIQUE (a, c); ALTER TABLE p RENAME COLUMN b TO d; CREATE INDEX j ON p (d); DROP INDEX i`,
    shows: [
      'table p1',
      'a integer',
      'd integer not null default 0',
      'c integer',
      'p1_a_c_key unique (a, c)',
      'index p1_d_idx (d)',
    ],
    hides: ['p1_b_idx'],
  },
  {
    fact: "an index ON ONLY the parent is valid once the partitions' own are attached",
    sql: `CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE INDEX i ON ONLY p (a); CREATE INDEX j ON ONLY p (a); CREATE INDEX i1 ON p1 (a); ALTER INDEX i ATTACH PARTITION i1`,
    shows: ['index i (a)', 'index j (a) not valid', 'table p1', 'index i1 (a)'],
  },
  {
    fact: 'ATTACH takes an index that is alike, and builds those that are missing',
    sql: `CREATE TABLE p (a int, b int) PARTITION BY LIST (a); CREATE INDEX i ON p (a); CREATE INDEX j ON p (b); CREATE TABLE p1 (a int, b int); CREATE INDEX mine ON p1 (a); ALTER TABLE p ATTACH PARTITION p1 DEFAULT;
          DROP INDEX i`,
    shows: ['table p1', 'index p1_b_idx (b)'],
    hides: ['mine'],
  },
  {
    fact: 'a detached partition keeps what it has, and is dropped by nobody else',
    sql: `CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE TABLE p2 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p DETACH PARTITION p1; DROP TABLE p`,
    shows: ['table p1', 'a integer not null', 'p1_pkey primary key (a)'],
    hides: ['table p2'],
  },
  {
    fact: 'a table that inherits gets columns and CHECKs, no keys and no indexes',
    sql: `CREATE TABLE p (a int PRIMARY KEY, b int CHECK (b > 0), c int CONSTRAINT own CHECK (c > 0) NO INHERIT); CREATE INDEX i ON p (b); CREATE TABLE t (x int) INHERITS (p); ALTER TABLE p ADD COLUMN d text, DROP COLUMN c`,
    shows: ['table t', 'a integer not null', 'b integer', 'x integer', 'd text', 'p_b_check check (b > 0)'],
    hides: ['t_pkey', 't_b_idx', 'own'],
  },
  {
    fact: 'a column of its own stays when the parent loses it',
    sql: `CREATE TABLE p (a int, b int); CREATE TABLE t (a int) INHERITS (p); ALTER TABLE p DROP COLUMN a; ALTER TABLE p DROP COLUMN b`,
    shows: ['table t', 'a integer'],
    hides: ['b integer'],
  },
];
