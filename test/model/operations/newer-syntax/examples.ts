/** A statement for each entry of the table of newer syntax, and what must be there before it. */
export interface SyntaxExample {
  readonly setup?: string;
  readonly sql: string;
}

const TABLE = 'CREATE TABLE t (id int PRIMARY KEY, a text, b int, r int4range);';
const PARTITIONED =
  'CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);';
const TRIGGER_FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";
const GENERATED = 'CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a * 2) STORED);';

/** By {@link NewerSyntax.what}. */
export const syntaxExamples: Readonly<Record<string, SyntaxExample>> = {
  'CREATE OR REPLACE TRIGGER': {
    setup: `${TABLE} ${TRIGGER_FUNCTION}`,
    sql: 'CREATE OR REPLACE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
  },
  'DETACH PARTITION CONCURRENTLY': {
    setup: PARTITIONED,
    sql: 'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY',
  },
  'COMPRESSION of a column': {
    setup: TABLE,
    sql: 'ALTER TABLE t ADD COLUMN c text COMPRESSION pglz',
  },
  'a function body in SQL (BEGIN ATOMIC, RETURN)': {
    sql: 'CREATE FUNCTION one() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END',
  },
  'a multirange type': { setup: TABLE, sql: 'ALTER TABLE t ADD COLUMN m int4multirange' },
  'CREATE STATISTICS on an expression': { setup: TABLE, sql: 'CREATE STATISTICS s ON lower(a) FROM t' },
  'SEARCH and CYCLE': {
    setup: TABLE,
    sql: 'WITH RECURSIVE w AS (SELECT id FROM t UNION ALL SELECT t.id FROM t, w WHERE false) CYCLE id SET c USING path SELECT id FROM w',
  },
  'NULLS NOT DISTINCT': { setup: TABLE, sql: 'CREATE UNIQUE INDEX i ON t (b) NULLS NOT DISTINCT' },
  MERGE: {
    setup: TABLE,
    sql: 'MERGE INTO t USING (VALUES (1)) AS v (id) ON t.id = v.id WHEN MATCHED THEN DELETE',
  },
  'security_invoker of a view': {
    setup: TABLE,
    sql: 'CREATE VIEW v WITH (security_invoker = true) AS SELECT id FROM t',
  },
  'SET ACCESS METHOD': { setup: TABLE, sql: 'ALTER TABLE t SET ACCESS METHOD heap' },
  'ON DELETE SET NULL of some columns': {
    setup: TABLE,
    sql: 'ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t (id) ON DELETE SET NULL (b)',
  },
  'an UNLOGGED sequence': { sql: 'CREATE UNLOGGED SEQUENCE s' },
  'GRANT ON PARAMETER': { sql: 'GRANT SET ON PARAMETER work_mem TO CURRENT_USER' },
  'a publication of some rows or columns': {
    setup: TABLE,
    sql: 'CREATE PUBLICATION pub FOR TABLE t WHERE (id > 1)',
  },
  'STORAGE of a column in CREATE TABLE': { sql: 'CREATE TABLE u (a text STORAGE external)' },
  'a subquery in FROM without an alias': { sql: 'SELECT * FROM (SELECT 1 AS a)' },
  'a JSON constructor of standard SQL (JSON_OBJECT, JSON_ARRAY, IS JSON)': {
    sql: 'SELECT JSON_ARRAY(1, 2)',
  },
  'SET EXPRESSION of a generated column': {
    setup: GENERATED,
    sql: 'ALTER TABLE g ALTER COLUMN b SET EXPRESSION AS (a * 3)',
  },
  'a JSON function of standard SQL (JSON_TABLE, JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON())': {
    sql: "SELECT JSON_VALUE(jsonb '{\"a\": 1}', '$.a')",
  },
  'MERGE … RETURNING': {
    setup: TABLE,
    sql: 'MERGE INTO t USING (VALUES (1)) AS v (id) ON t.id = v.id WHEN MATCHED THEN DELETE RETURNING t.id',
  },
  'WHEN NOT MATCHED BY SOURCE': {
    setup: TABLE,
    sql: 'MERGE INTO t USING (VALUES (1)) AS v (id) ON t.id = v.id WHEN NOT MATCHED BY SOURCE THEN DELETE',
  },
  'the privilege MAINTAIN': { setup: TABLE, sql: 'GRANT MAINTAIN ON t TO CURRENT_USER' },
  'a virtual generated column': {
    setup: TABLE,
    sql: 'ALTER TABLE t ADD COLUMN v int GENERATED ALWAYS AS (b * 2) VIRTUAL',
  },
  'NOT NULL as a constraint of the table': {
    setup: TABLE,
    sql: 'ALTER TABLE t ADD CONSTRAINT n NOT NULL b NOT VALID',
  },
  'NOT ENFORCED': { setup: TABLE, sql: 'ALTER TABLE t ADD CHECK (b > 0) NOT ENFORCED' },
  'WITHOUT OVERLAPS and PERIOD': {
    sql: 'CREATE TABLE u (k int4range, r int4range, PRIMARY KEY (k, r WITHOUT OVERLAPS))',
  },
};

/** A call of each newer function, by its name. */
export const functionExamples: Readonly<Record<string, string>> = {
  date_bin: "SELECT date_bin('1 hour', now(), now())",
  string_to_table: "SELECT string_to_table('a,b', ',')",
  trim_array: 'SELECT trim_array(ARRAY[1, 2], 1)',
  bit_count: "SELECT bit_count('\\x01'::bytea)",
  range_agg: "SELECT range_agg('[1,2]'::int4range)",
  regexp_count: "SELECT regexp_count('aa', 'a')",
  regexp_like: "SELECT regexp_like('aa', 'a')",
  regexp_substr: "SELECT regexp_substr('aa', 'a')",
  regexp_instr: "SELECT regexp_instr('aa', 'a')",
  array_shuffle: 'SELECT array_shuffle(ARRAY[1, 2])',
  array_sample: 'SELECT array_sample(ARRAY[1, 2], 1)',
  any_value: 'SELECT any_value(1)',
  random_normal: 'SELECT random_normal()',
  date_add: "SELECT date_add(now(), '1 day'::interval)",
  pg_input_is_valid: "SELECT pg_input_is_valid('1', 'integer')",
  to_bin: 'SELECT to_bin(1)',
  to_oct: 'SELECT to_oct(1)',
  uuid_extract_timestamp: 'SELECT uuid_extract_timestamp(gen_random_uuid())',
  uuid_extract_version: 'SELECT uuid_extract_version(gen_random_uuid())',
  uuidv4: 'SELECT uuidv4()',
  uuidv7: 'SELECT uuidv7()',
  array_sort: 'SELECT array_sort(ARRAY[2, 1])',
  array_reverse: 'SELECT array_reverse(ARRAY[2, 1])',
  casefold: 'SELECT casefold(\'A\' COLLATE "C")',
  crc32: "SELECT crc32('\\x01'::bytea)",
};
