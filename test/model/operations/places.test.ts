import { describe, expect, it } from 'vitest';
import { givenNamePlace, givenNames } from '../../../src/model/operations/given-names.ts';
import { columnPlace, constraintPlace, definitionPlace } from '../../../src/model/operations/places.ts';
import type { OperationKind, Part } from '../../../src/model/operations/types.ts';
import type { Place } from '../../../src/input/text/types.ts';
import { first, operations, textAt } from './read.ts';

const add = `ALTER TABLE IF EXISTS ONLY s."T" -- é 😀
  ADD COLUMN IF NOT EXISTS name varchar(20)[] DEFAULT f(1, 2) NOT NULL REFERENCES s.p (x, y) ON DELETE CASCADE,
  DROP COLUMN "b,c" CASCADE,
  ALTER type SET DATA TYPE numeric(1, 2) USING (type + 1)`;
const table = `CREATE TABLE s.t (
  id int PRIMARY KEY,
  "check" text DEFAULT ',' NOT NULL,
  unique_id int,
  CONSTRAINT ck CHECK (id > 0),
  FOREIGN KEY (id) REFERENCES s.p (id)
)`;

const cases: readonly (readonly [OperationKind, string, Part | undefined, string])[] = [
  // An ALTER TABLE action
  [
    'AddColumn',
    add,
    undefined,
    'ADD COLUMN IF NOT EXISTS name varchar(20)[] DEFAULT f(1, 2) NOT NULL REFERENCES s.p (x, y) ON DELETE CASCADE',
  ],
  ['AddColumn', add, 'statement', add],
  ['AddColumn', add, 'table', '"T"'],
  ['AddColumn', add, 'column', 'name'],
  ['AddColumn', add, 'name', 'name'],
  ['AddColumn', add, 'type', 'varchar(20)[]'],
  ['AddColumn', add, 'default', 'DEFAULT f(1, 2)'],
  ['AddColumn', add, 'not null', 'NOT NULL'],
  ['AddColumn', add, 'references', 'REFERENCES s.p (x, y)'],
  ['AddColumn', add, 'if exists', 'IF NOT EXISTS'],
  ['DropColumn', add, undefined, 'DROP COLUMN "b,c" CASCADE'],
  ['DropColumn', add, 'column', '"b,c"'],
  ['DropColumn', add, 'cascade', 'CASCADE'],
  ['DropColumn', add, 'if exists', 'IF EXISTS'],
  ['DropColumn', add, 'default', 'DROP COLUMN "b,c" CASCADE'],
  ['AlterColumnType', add, 'column', 'type'],
  ['AlterColumnType', add, 'type', 'numeric(1, 2)'],
  ['SetNotNull', 'ALTER TABLE t ALTER COLUMN c SET NOT NULL', 'not null', 'NOT NULL'],
  ['SetDefault', "ALTER TABLE t ALTER c SET DEFAULT 'x' || 'y'", 'default', "DEFAULT 'x' || 'y'"],
  [
    'AddConstraint',
    'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES p NOT VALID',
    'constraint',
    'fk',
  ],
  [
    'AddConstraint',
    'ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES p NOT VALID',
    'references',
    'REFERENCES p',
  ],
  ['AddConstraint', 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p', 'constraint', 'FOREIGN KEY'],
  [
    'AddConstraint',
    'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p',
    'name',
    'ADD FOREIGN KEY (a) REFERENCES p',
  ],
  ['AddConstraint', 'ALTER TABLE t ADD CHECK (a > 0)', 'constraint', 'CHECK'],
  ['ValidateConstraint', 'ALTER TABLE t VALIDATE CONSTRAINT fk', 'constraint', 'fk'],
  ['DropConstraint', 'ALTER TABLE t DROP CONSTRAINT IF EXISTS fk', 'constraint', 'fk'],
  ['AddColumn', 'ALTER TABLE t ADD c int CHECK (c > 0)', 'constraint', 'CHECK'],
  [
    'SetRowSecurity',
    'ALTER TABLE t ENABLE ROW LEVEL SECURITY, SET (fillfactor = 70)',
    undefined,
    'ENABLE ROW LEVEL SECURITY',
  ],
  ['AlterIndex', 'ALTER INDEX s.i SET (fillfactor = 70)', undefined, 'SET (fillfactor = 70)'],
  ['AlterCompositeType', 'ALTER TYPE c ADD ATTRIBUTE a int, DROP ATTRIBUTE b', 'name', 'b'],
  // Renames
  ['RenameColumn', 'ALTER TABLE name RENAME COLUMN name TO x', 'table', 'name'],
  ['RenameColumn', 'ALTER TABLE t RENAME a TO b', 'column', 'a'],
  ['RenameConstraint', 'ALTER TABLE t RENAME CONSTRAINT a TO b', 'constraint', 'a'],
  ['RenameTable', 'ALTER TABLE s.a RENAME TO b', 'table', 'a'],
  // Whole statements
  ['CreateTable', table, undefined, table],
  ['CreateTable', table, 'name', 't'],
  ['DropTable', 'DROP TABLE IF EXISTS a, s.b CASCADE', 'table', 'a'],
  ['DropTable', 'DROP TABLE IF EXISTS a, s.b CASCADE', 'cascade', 'CASCADE'],
  ['DropTable', 'DROP TABLE IF EXISTS a, s.b CASCADE', 'if exists', 'IF EXISTS'],
  ['CreateIndex', 'CREATE INDEX CONCURRENTLY users ON s.users (users) WHERE a > 0', 'name', 'users'],
  ['CreateIndex', 'CREATE INDEX CONCURRENTLY i ON s.users (users) WHERE a > 0', 'table', 'users'],
  ['CreateIndex', 'CREATE INDEX CONCURRENTLY i ON s.t (a) WHERE a > 0', 'column', 'a'],
  ['CreateIndex', 'CREATE INDEX CONCURRENTLY i ON s.t (a) WHERE a > 0', 'concurrently', 'CONCURRENTLY'],
  ['CreateIndex', 'CREATE INDEX i ON s.t (a) WHERE a > 0', 'where', 'WHERE a > 0'],
  ['CreateIndex', 'CREATE INDEX ON t (a)', 'name', 'CREATE INDEX ON t (a)'],
  ['CreateTrigger', 'CREATE TRIGGER t AFTER INSERT ON t EXECUTE FUNCTION f()', 'table', 't'],
  ['DropPolicy', 'DROP POLICY p ON s.t', 'table', 't'],
  ['CommentOn', "COMMENT ON COLUMN s.t.c IS 'c'", 'column', 'c'],
  ['CommentOn', "COMMENT ON TABLE s.t IS 'c'", 'name', 't'],
  ['CreateEnum', "CREATE TYPE s.mood AS ENUM ('a')", 'name', 'mood'],
  ['AddEnumValue', "ALTER TYPE mood ADD VALUE 'a'", 'type', 'mood'],
  ['CreateFunction', "CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1'", 'name', 'f'],
  [
    'Update',
    'WITH x AS (SELECT 1 WHERE true) UPDATE ONLY s.t SET a = 1 WHERE b = 2 RETURNING *',
    'where',
    'WHERE b = 2',
  ],
  ['Update', 'UPDATE s.t SET t = 1 WHERE b = 2', 'table', 't'],
  ['Update', 'UPDATE t SET a = 1', 'where', 'UPDATE t SET a = 1'],
  ['Delete', 'WITH x AS (DELETE FROM t WHERE a RETURNING *) SELECT 1 WHERE true', 'where', 'WHERE a'],
  ['Insert', 'INSERT INTO s.t (a) SELECT 1', 'table', 't'],
];

const textOf = ({ source, span }: Place): string => source.text.slice(span.start, span.end);

describe('places', () => {
  it.each(cases)('%s in %s: %s is %s', (kind, sql, part, expected) => {
    expect(textAt(first(kind, `SELECT 'é😀';\n${sql};\nSELECT 2`), part)).toBe(expected);
  });

  it('are exact for the second object of a DROP', () => {
    expect(operations('DROP TABLE a, s.b').map((operation) => textAt(operation, 'table'))).toEqual([
      'a',
      'b',
    ]);
  });

  it('are in the body of a DO block', () => {
    const sql =
      "DO $$ BEGIN\n  IF x THEN ALTER TABLE t DROP a, DROP b; COMMIT; EXECUTE 'x' || y; END IF;\nEND $$";
    expect(operations(sql).map((operation) => textAt(operation))).toEqual([
      sql,
      'DROP a',
      'DROP b',
      'COMMIT',
      "EXECUTE 'x' || y",
    ]);
  });

  it('has the columns and constraints of CREATE TABLE', () => {
    const operation = first('CreateTable', table);
    expect(textOf(columnPlace(operation, 'id'))).toBe('id int PRIMARY KEY');
    expect(textOf(columnPlace(operation, 'check', 'column'))).toBe('"check"');
    expect(textOf(columnPlace(operation, 'check', 'not null'))).toBe('NOT NULL');
    expect(textOf(columnPlace(operation, 'check', 'default'))).toBe("DEFAULT ','");
    expect(textOf(columnPlace(operation, 'unique_id', 'type'))).toBe('int');
    expect(textOf(columnPlace(operation, 'none'))).toBe(table);
    expect(textOf(constraintPlace(operation, 0))).toBe('CONSTRAINT ck CHECK (id > 0)');
    expect(textOf(constraintPlace(operation, 0, 'constraint'))).toBe('ck');
    expect(textOf(constraintPlace(operation, 1, 'references'))).toBe('REFERENCES s.p (id)');
    expect(textOf(constraintPlace(operation, 2))).toBe(table);
  });

  it('has the names and definitions of CREATE TABLE', () => {
    const operation = first('CreateTable', table);
    const [name, ...others] = givenNames(operation).map((given) => textOf(givenNamePlace(operation, given)));
    expect(name).toBe('t');
    expect(others).toEqual(['id', '"check"', 'unique_id', 'ck']);
    const own = 'CREATE TABLE t (a int REFERENCES p, b int REFERENCES p, FOREIGN KEY (a, b) REFERENCES q)';
    const create = first('CreateTable', own);
    const keys = [...create.columns.flatMap(({ constraints }) => constraints), ...create.constraints];
    expect(keys.map((key) => textOf(definitionPlace(create, { ...key, name: 'given' })))).toEqual([
      'a int REFERENCES p',
      'b int REFERENCES p',
      'FOREIGN KEY (a, b) REFERENCES q',
    ]);
    const action = first('AddConstraint', 'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p');
    expect(textOf(definitionPlace(action, action.constraint))).toBe('ADD FOREIGN KEY (a) REFERENCES p');
  });

  it('survives a copy with other names, as replay makes them', () => {
    const operation = first('AddColumn', add);
    const resolved = { ...operation, table: { schema: 'public', name: 'T' } };
    expect(textAt(resolved)).toBe(textAt(operation));
  });
});
