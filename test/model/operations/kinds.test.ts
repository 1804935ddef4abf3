import { describe, expect, it } from 'vitest';
import { operationKinds } from '../../../src/model/operations/kinds.ts';
import type { Part } from '../../../src/model/operations/types.ts';
import { operations } from './read.ts';

const parts: readonly (Part | undefined)[] = [
  undefined,
  'name',
  'table',
  'column',
  'type',
  'default',
  'not null',
  'constraint',
  'references',
  'concurrently',
  'cascade',
  'where',
  'if exists',
];

const name = (text: string) => ({ schema: undefined, name: text });
const text = (value: string) => expect.objectContaining({ text: value });
const type = (value: string) => expect.objectContaining({ name: value });

/** SQL, and the operations that it is, field by field; fields that are not named here are not compared. */
const cases: readonly (readonly [string, readonly Readonly<Record<string, unknown>>[]])[] = [
  // What EXPLAIN runs
  ['EXPLAIN (ANALYZE) DELETE FROM t', [{ kind: 'Delete', table: name('t') }]],
  ['EXPLAIN ANALYZE UPDATE t SET a = 1', [{ kind: 'Update', table: name('t') }]],
  ['EXPLAIN DELETE FROM t', [{ kind: 'Other', tag: 'Explain' }]],
  ['EXPLAIN (ANALYZE off) DELETE FROM t', [{ kind: 'Other', tag: 'Explain' }]],
  // Schemas and tables
  [
    'CREATE SCHEMA IF NOT EXISTS app',
    [{ kind: 'CreateSchema', name: 'app', ifNotExists: true, owner: undefined }],
  ],
  [
    'CREATE SCHEMA app AUTHORIZATION bob CREATE TABLE t (id int) CREATE VIEW v AS SELECT 1 CREATE TABLE other.u (id int)',
    [
      { kind: 'CreateSchema', name: 'app', owner: 'bob' },
      { kind: 'CreateTable', table: { schema: 'app', name: 't' } },
      { kind: 'CreateView', view: { schema: 'app', name: 'v' } },
      { kind: 'CreateTable', table: { schema: 'other', name: 'u' } },
    ],
  ],
  ['CREATE SCHEMA AUTHORIZATION bob', [{ kind: 'CreateSchema', name: 'bob', owner: 'bob' }]],
  [
    'CREATE UNLOGGED TABLE IF NOT EXISTS s."T" (id int) WITH (fillfactor = 70, autovacuum_enabled = off) TABLESPACE fast',
    [
      {
        kind: 'CreateTable',
        table: { schema: 's', name: 'T' },
        persistence: 'unlogged',
        ifNotExists: true,
        options: { fillfactor: '70', autovacuum_enabled: 'off' },
        tablespace: 'fast',
        partitionOf: undefined,
        foreignServer: undefined,
      },
    ],
  ],
  [
    'CREATE TEMP TABLE t (LIKE a INCLUDING ALL EXCLUDING INDEXES, id int) INHERITS (b, s.c)',
    [
      {
        kind: 'CreateTable',
        persistence: 'temporary',
        inherits: [name('b'), { schema: 's', name: 'c' }],
        like: [
          {
            table: name('a'),
            options: [
              'comments',
              'compression',
              'constraints',
              'defaults',
              'generated',
              'identity',
              'statistics',
              'storage',
            ],
          },
        ],
      },
    ],
  ],
  ['CREATE TABLE t OF ty', [{ kind: 'CreateTable', ofType: name('ty') }]],
  [
    'CREATE FOREIGN TABLE t (id int) SERVER far',
    [{ kind: 'CreateTable', foreignServer: 'far', table: name('t') }],
  ],
  [
    'CREATE TABLE p (k int, at date) PARTITION BY RANGE (at, (k % 7))',
    [
      {
        kind: 'CreateTable',
        partitionBy: {
          strategy: 'range',
          elements: [
            expect.objectContaining({ column: 'at', expression: undefined }),
            expect.objectContaining({ column: undefined, expression: text('k % 7') }),
          ],
        },
      },
    ],
  ],
  [
    'CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1, MINVALUE) TO (f(2), MAXVALUE) PARTITION BY LIST (k)',
    [
      {
        kind: 'CreateTable',
        inherits: [],
        partitionOf: {
          parent: name('p'),
          bound: {
            type: 'range',
            from: [{ value: expect.anything() }, 'minvalue'],
            to: [{ value: expect.anything() }, 'maxvalue'],
            text: 'FROM (1, MINVALUE) TO (f(2), MAXVALUE)',
          },
        },
        partitionBy: expect.objectContaining({ strategy: 'list' }),
      },
    ],
  ],
  [
    'CREATE TABLE p2 PARTITION OF p DEFAULT',
    [
      {
        kind: 'CreateTable',
        partitionOf: { parent: name('p'), bound: { type: 'default', text: 'DEFAULT' } },
      },
    ],
  ],
  [
    'CREATE TABLE p3 PARTITION OF p FOR VALUES WITH (MODULUS 4, REMAINDER 0)',
    [
      {
        kind: 'CreateTable',
        partitionOf: {
          parent: name('p'),
          bound: { type: 'hash', modulus: 4, remainder: 0, text: 'WITH (MODULUS 4, REMAINDER 0)' },
        },
      },
    ],
  ],
  [
    'CREATE TABLE IF NOT EXISTS t (a) AS SELECT b FROM u WITH NO DATA',
    [
      {
        kind: 'CreateTableAs',
        table: name('t'),
        ifNotExists: true,
        columnNames: ['a'],
        withData: false,
        form: 'create table as',
        query: expect.objectContaining({ text: 'SELECT b FROM u' }),
      },
    ],
  ],
  [
    'SELECT b INTO TEMP t FROM u UNION SELECT c FROM v',
    [
      {
        kind: 'CreateTableAs',
        table: name('t'),
        persistence: 'temporary',
        form: 'select into',
        withData: true,
      },
    ],
  ],
  [
    'DROP TABLE IF EXISTS a, s.b CASCADE',
    [
      { kind: 'DropTable', table: name('a'), ifExists: true, behavior: 'cascade', foreign: false },
      { kind: 'DropTable', table: { schema: 's', name: 'b' } },
    ],
  ],
  ['DROP FOREIGN TABLE t', [{ kind: 'DropTable', foreign: true, behavior: 'restrict' }]],
  [
    'ALTER TABLE IF EXISTS s.a RENAME TO b',
    [{ kind: 'RenameTable', table: { schema: 's', name: 'a' }, newName: 'b', ifExists: true }],
  ],

  // ALTER TABLE
  [
    'ALTER TABLE IF EXISTS t ADD COLUMN IF NOT EXISTS c varchar(20) NOT NULL DEFAULT now()::text COLLATE "C"',
    [
      {
        kind: 'AddColumn',
        table: name('t'),
        ifExists: true,
        ifNotExists: true,
        column: expect.objectContaining({
          name: 'c',
          notNull: true,
          default: text('now()::text'),
          collation: 'C',
        }),
      },
    ],
  ],
  [
    'ALTER TABLE t DROP COLUMN IF EXISTS c CASCADE',
    [{ kind: 'DropColumn', column: 'c', columnIfExists: true, behavior: 'cascade' }],
  ],
  ['ALTER TABLE t RENAME a TO b', [{ kind: 'RenameColumn', table: name('t'), column: 'a', newName: 'b' }]],
  [
    'ALTER TABLE t ALTER c SET DATA TYPE text COLLATE "C" USING upper(c)',
    [{ kind: 'AlterColumnType', column: 'c', type: type('text'), collation: 'C', using: text('upper(c)') }],
  ],
  [
    "ALTER TABLE t ALTER c SET DEFAULT 'a' || 'b'",
    [{ kind: 'SetDefault', column: 'c', default: text("'a' || 'b'") }],
  ],
  ['ALTER TABLE t ALTER c DROP DEFAULT', [{ kind: 'DropDefault', column: 'c', table: name('t') }]],
  ['ALTER TABLE t ALTER c SET NOT NULL', [{ kind: 'SetNotNull', column: 'c' }]],
  ['ALTER TABLE t ALTER c DROP NOT NULL', [{ kind: 'DropNotNull', column: 'c' }]],
  [
    'ALTER TABLE t ALTER c SET EXPRESSION AS (a + 1)',
    [{ kind: 'SetExpression', column: 'c', expression: text('a + 1') }],
  ],
  [
    'ALTER TABLE t ALTER c DROP EXPRESSION IF EXISTS',
    [{ kind: 'DropExpression', column: 'c', columnIfExists: true }],
  ],
  [
    'ALTER TABLE t ALTER c ADD GENERATED BY DEFAULT AS IDENTITY',
    [{ kind: 'AddIdentity', column: 'c', identity: 'by default' }],
  ],
  [
    'ALTER TABLE t ALTER c SET GENERATED ALWAYS, ALTER d SET INCREMENT BY 2',
    [
      { kind: 'AlterIdentity', column: 'c', identity: 'always' },
      { kind: 'AlterIdentity', column: 'd', identity: undefined },
    ],
  ],
  [
    'ALTER TABLE t ALTER c DROP IDENTITY IF EXISTS',
    [{ kind: 'DropIdentity', column: 'c', columnIfExists: true }],
  ],
  [
    'ALTER TABLE t ALTER a SET STATISTICS 5, ALTER b SET STORAGE external, ALTER c SET COMPRESSION lz4, ALTER d SET (n_distinct = 5), ALTER e RESET (n_distinct)',
    [
      { kind: 'AlterColumnStorage', column: 'a', setting: 'statistics', value: '5' },
      { kind: 'AlterColumnStorage', column: 'b', setting: 'storage', value: 'external' },
      { kind: 'AlterColumnStorage', column: 'c', setting: 'compression', value: 'lz4' },
      { kind: 'AlterColumnStorage', column: 'd', setting: 'options', value: 'n_distinct=5' },
      { kind: 'AlterColumnStorage', column: 'e', setting: 'options', value: undefined },
    ],
  ],
  [
    'ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID',
    [
      {
        kind: 'AddConstraint',
        constraint: expect.objectContaining({
          type: 'check',
          name: 'ck',
          expression: text('a > 0'),
          notValid: true,
          notEnforced: false,
        }),
      },
    ],
  ],
  [
    'ALTER TABLE t ALTER CONSTRAINT fk DEFERRABLE INITIALLY DEFERRED, ALTER CONSTRAINT ck NOT ENFORCED',
    [
      {
        kind: 'AlterConstraint',
        constraint: 'fk',
        deferrable: true,
        initiallyDeferred: true,
        enforced: undefined,
      },
      { kind: 'AlterConstraint', constraint: 'ck', deferrable: undefined, enforced: false },
    ],
  ],
  ['ALTER TABLE t VALIDATE CONSTRAINT fk', [{ kind: 'ValidateConstraint', constraint: 'fk' }]],
  [
    'ALTER TABLE t DROP CONSTRAINT IF EXISTS fk CASCADE',
    [{ kind: 'DropConstraint', constraint: 'fk', constraintIfExists: true, behavior: 'cascade' }],
  ],
  ['ALTER TABLE t RENAME CONSTRAINT a TO b', [{ kind: 'RenameConstraint', constraint: 'a', newName: 'b' }]],
  [
    'ALTER TABLE t SET (fillfactor = 70), RESET (toast.autovacuum_enabled)',
    [
      { kind: 'SetTableOptions', options: { fillfactor: '70' } },
      { kind: 'SetTableOptions', options: { 'toast.autovacuum_enabled': undefined } },
    ],
  ],
  [
    'ALTER TABLE t SET LOGGED; ALTER TABLE t SET UNLOGGED',
    [
      { kind: 'SetPersistence', persistence: 'permanent' },
      { kind: 'SetPersistence', persistence: 'unlogged' },
    ],
  ],
  ['ALTER TABLE t SET ACCESS METHOD heap', [{ kind: 'SetAccessMethod', method: 'heap' }]],
  ['ALTER TABLE t SET TABLESPACE fast', [{ kind: 'SetTablespace', tablespace: 'fast' }]],
  [
    'ALTER TABLE t CLUSTER ON i, SET WITHOUT CLUSTER',
    [
      { kind: 'ClusterOn', index: 'i' },
      { kind: 'ClusterOn', index: undefined },
    ],
  ],
  [
    'ALTER TABLE t ENABLE TRIGGER a, DISABLE TRIGGER ALL, ENABLE ALWAYS TRIGGER b, ENABLE REPLICA TRIGGER c, DISABLE TRIGGER USER',
    [
      { kind: 'SetTriggerState', trigger: 'a', state: 'enabled' },
      { kind: 'SetTriggerState', trigger: 'ALL', state: 'disabled' },
      { kind: 'SetTriggerState', trigger: 'b', state: 'always' },
      { kind: 'SetTriggerState', trigger: 'c', state: 'replica' },
      { kind: 'SetTriggerState', trigger: 'USER', state: 'disabled' },
    ],
  ],
  ['ALTER TABLE t DISABLE RULE r', [{ kind: 'SetRuleState', rule: 'r', state: 'disabled' }]],
  [
    'ALTER TABLE t ENABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY',
    [
      { kind: 'SetRowSecurity', setting: 'enable' },
      { kind: 'SetRowSecurity', setting: 'no force' },
    ],
  ],
  [
    'ALTER TABLE t REPLICA IDENTITY USING INDEX i, REPLICA IDENTITY FULL',
    [
      { kind: 'SetReplicaIdentity', identity: 'index', index: 'i' },
      { kind: 'SetReplicaIdentity', identity: 'full', index: undefined },
    ],
  ],
  [
    'ALTER TABLE t INHERIT s.p, NO INHERIT q',
    [
      { kind: 'SetInheritance', parent: { schema: 's', name: 'p' }, inherits: true },
      { kind: 'SetInheritance', parent: name('q'), inherits: false },
    ],
  ],
  [
    "ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN ('a', 'b')",
    [
      {
        kind: 'AttachPartition',
        table: name('p'),
        partition: name('p1'),
        bound: { type: 'list', text: "IN ('a', 'b')" },
      },
    ],
  ],
  [
    'ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY; ALTER TABLE p DETACH PARTITION p1 FINALIZE',
    [
      { kind: 'DetachPartition', partition: name('p1'), concurrently: true, finalize: false },
      { kind: 'DetachPartition', partition: name('p1'), concurrently: false, finalize: true },
    ],
  ],
  [
    'ALTER TABLE t OF ty, NOT OF',
    [
      { kind: 'SetOfType', type: name('ty') },
      { kind: 'SetOfType', type: undefined },
    ],
  ],
  ["ALTER FOREIGN TABLE t OPTIONS (ADD x 'y')", [{ kind: 'Other', tag: 'AlterTable', action: 0 }]],
  ['ALTER VIEW v ALTER c SET DEFAULT 1', [{ kind: 'SetDefault', table: name('v'), column: 'c', action: 0 }]],

  // Indexes
  [
    'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY s.t USING gin (a COLLATE "C" text_ops DESC NULLS LAST, lower(b) s.ops) INCLUDE (c) NULLS NOT DISTINCT WITH (fillfactor = 70) TABLESPACE fast WHERE a IS NOT NULL',
    [
      {
        kind: 'CreateIndex',
        name: 'i',
        table: { schema: 's', name: 't' },
        only: true,
        unique: true,
        concurrently: true,
        ifNotExists: true,
        method: 'gin',
        elements: [
          {
            column: 'a',
            expression: undefined,
            collation: 'C',
            operatorClass: 'text_ops',
            descending: true,
            nulls: 'last',
            operator: undefined,
          },
          expect.objectContaining({
            column: undefined,
            expression: text('lower(b)'),
            operatorClass: 's.ops',
          }),
        ],
        include: ['c'],
        nullsNotDistinct: true,
        where: text('a IS NOT NULL'),
        options: { fillfactor: '70' },
        tablespace: 'fast',
      },
    ],
  ],
  [
    'CREATE INDEX ON t (a)',
    [{ kind: 'CreateIndex', name: undefined, only: false, method: 'btree', where: undefined, options: {} }],
  ],
  [
    'DROP INDEX CONCURRENTLY IF EXISTS i, s.j',
    [
      { kind: 'DropIndex', index: name('i'), concurrently: true, ifExists: true },
      { kind: 'DropIndex', index: { schema: 's', name: 'j' } },
    ],
  ],
  ['ALTER INDEX s.i RENAME TO j', [{ kind: 'RenameIndex', index: { schema: 's', name: 'i' }, newName: 'j' }]],
  [
    'ALTER INDEX i SET (fillfactor = 70); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 5; ALTER INDEX i SET TABLESPACE x',
    [
      { kind: 'AlterIndex', index: name('i'), setting: 'fillfactor' },
      { kind: 'AlterIndex', setting: 'statistics 5' },
      { kind: 'AlterIndex', setting: 'tablespace x' },
    ],
  ],
  [
    'ALTER INDEX i ATTACH PARTITION j',
    [{ kind: 'AttachIndex', index: name('i'), partitionIndex: name('j') }],
  ],
  [
    'REINDEX TABLE CONCURRENTLY t; REINDEX (CONCURRENTLY FALSE) INDEX s.i; REINDEX SCHEMA app',
    [
      { kind: 'Reindex', target: 'table', name: name('t'), concurrently: true },
      { kind: 'Reindex', target: 'index', name: { schema: 's', name: 'i' }, concurrently: false },
      { kind: 'Reindex', target: 'schema', name: name('app') },
    ],
  ],

  // Types and sequences
  [
    "CREATE TYPE s.mood AS ENUM ('a', 'b')",
    [{ kind: 'CreateEnum', type: { schema: 's', name: 'mood' }, values: ['a', 'b'] }],
  ],
  [
    "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'c' BEFORE 'b'; ALTER TYPE mood ADD VALUE 'd'; ALTER TYPE mood ADD VALUE 'e' AFTER 'd'",
    [
      {
        kind: 'AddEnumValue',
        type: name('mood'),
        value: 'c',
        neighbor: 'b',
        before: true,
        ifNotExists: true,
      },
      { kind: 'AddEnumValue', value: 'd', neighbor: undefined, before: false, ifNotExists: false },
      { kind: 'AddEnumValue', value: 'e', neighbor: 'd', before: false },
    ],
  ],
  [
    "ALTER TYPE mood RENAME VALUE 'a' TO 'z'",
    [{ kind: 'RenameEnumValue', type: name('mood'), value: 'a', newValue: 'z' }],
  ],
  [
    "CREATE DOMAIN d AS varchar(20) COLLATE \"C\" NOT NULL DEFAULT 'x' CONSTRAINT ck CHECK (VALUE <> '')",
    [
      {
        kind: 'CreateDomain',
        type: name('d'),
        base: expect.objectContaining({ name: 'character varying', modifiers: ['20'] }),
        notNull: true,
        default: text("'x'"),
        collation: 'C',
        constraints: [
          expect.objectContaining({ type: 'check', name: 'ck', expression: text("VALUE <> ''") }),
        ],
      },
    ],
  ],
  [
    'ALTER DOMAIN d SET DEFAULT 1; ALTER DOMAIN d DROP DEFAULT; ALTER DOMAIN d SET NOT NULL; ALTER DOMAIN d DROP NOT NULL; ALTER DOMAIN d ADD CONSTRAINT ck CHECK (VALUE > 0) NOT VALID; ALTER DOMAIN d DROP CONSTRAINT IF EXISTS ck; ALTER DOMAIN d VALIDATE CONSTRAINT ck',
    [
      { kind: 'AlterDomain', type: name('d'), change: { action: 'set default', default: text('1') } },
      { kind: 'AlterDomain', change: { action: 'drop default' } },
      { kind: 'AlterDomain', change: { action: 'set not null' } },
      { kind: 'AlterDomain', change: { action: 'drop not null' } },
      {
        kind: 'AlterDomain',
        change: {
          action: 'add constraint',
          constraint: expect.objectContaining({ name: 'ck', notValid: true }),
        },
      },
      { kind: 'AlterDomain', change: { action: 'drop constraint', constraint: 'ck', ifExists: true } },
      { kind: 'AlterDomain', change: { action: 'validate constraint', constraint: 'ck' } },
    ],
  ],
  [
    'CREATE TYPE c AS (a int, b text); CREATE TYPE r AS RANGE (subtype = int4); CREATE TYPE b (INPUT = f, OUTPUT = g); CREATE TYPE s',
    [
      {
        kind: 'CreateType',
        type: name('c'),
        form: 'composite',
        attributes: [expect.objectContaining({ name: 'a' }), expect.objectContaining({ name: 'b' })],
      },
      { kind: 'CreateType', form: 'range', attributes: [] },
      { kind: 'CreateType', form: 'base' },
      { kind: 'CreateType', form: 'shell' },
    ],
  ],
  [
    'ALTER TYPE c ADD ATTRIBUTE a int, DROP ATTRIBUTE b, ALTER ATTRIBUTE d TYPE text',
    [
      { kind: 'AlterCompositeType', change: 'drop', attribute: 'b', definition: undefined, action: 1 },
      {
        kind: 'AlterCompositeType',
        change: 'alter',
        attribute: 'd',
        definition: expect.objectContaining({ name: 'd' }),
      },
      { kind: 'AlterCompositeType', type: name('c'), change: 'add', attribute: 'a', action: 0 },
    ],
  ],
  [
    'ALTER TYPE c RENAME ATTRIBUTE a TO b',
    [{ kind: 'AlterCompositeType', change: 'rename', attribute: 'a', newName: 'b' }],
  ],
  [
    'DROP TYPE IF EXISTS s.t CASCADE; DROP DOMAIN d',
    [
      {
        kind: 'DropType',
        type: { schema: 's', name: 't' },
        ifExists: true,
        behavior: 'cascade',
        domain: false,
      },
      { kind: 'DropType', domain: true },
    ],
  ],
  ['ALTER TYPE s.t RENAME TO u', [{ kind: 'RenameType', type: { schema: 's', name: 't' }, newName: 'u' }]],
  [
    'CREATE SEQUENCE IF NOT EXISTS s.q AS smallint INCREMENT BY 2 START 5 NO CYCLE OWNED BY s.t.c',
    [
      {
        kind: 'CreateSequence',
        sequence: { schema: 's', name: 'q' },
        ifNotExists: true,
        type: 'smallint',
        ownedBy: { table: { schema: 's', name: 't' }, column: 'c' },
        options: { as: 'smallint', increment: '2', start: '5', cycle: 'false' },
      },
    ],
  ],
  [
    'ALTER SEQUENCE q OWNED BY NONE RESTART; ALTER SEQUENCE IF EXISTS q OWNED BY t.c; ALTER SEQUENCE q SET UNLOGGED',
    [
      { kind: 'AlterSequence', sequence: name('q'), ownedBy: 'none', options: { restart: 'true' } },
      { kind: 'AlterSequence', ifExists: true, ownedBy: { table: name('t'), column: 'c' } },
      { kind: 'AlterSequence', ownedBy: undefined, options: { persistence: 'unlogged' } },
    ],
  ],
  ['DROP SEQUENCE q', [{ kind: 'DropSequence', sequence: name('q') }]],

  // Views
  [
    'CREATE OR REPLACE TEMP VIEW v (x) WITH (security_barrier) AS SELECT a FROM t WITH LOCAL CHECK OPTION',
    [
      {
        kind: 'CreateView',
        view: name('v'),
        replace: true,
        temporary: true,
        columnNames: ['x'],
        definition: 'SELECT a FROM t',
        options: { security_barrier: 'true' },
      },
    ],
  ],
  [
    'DROP VIEW IF EXISTS v CASCADE',
    [{ kind: 'DropView', view: name('v'), ifExists: true, behavior: 'cascade' }],
  ],
  [
    'CREATE MATERIALIZED VIEW IF NOT EXISTS v AS (SELECT a FROM t) WITH NO DATA',
    [
      {
        kind: 'CreateMaterializedView',
        view: name('v'),
        ifNotExists: true,
        withData: false,
        definition: 'SELECT a FROM t',
      },
    ],
  ],
  ['DROP MATERIALIZED VIEW v', [{ kind: 'DropMaterializedView', view: name('v') }]],
  [
    'REFRESH MATERIALIZED VIEW CONCURRENTLY v; REFRESH MATERIALIZED VIEW v WITH NO DATA',
    [
      { kind: 'RefreshMaterializedView', concurrently: true, withData: true },
      { kind: 'RefreshMaterializedView', concurrently: false, withData: false },
    ],
  ],

  // Routines, triggers, rules, policies
  [
    "CREATE OR REPLACE FUNCTION s.f(a int, OUT b text, VARIADIC c text[]) RETURNS SETOF bigint LANGUAGE SQL STABLE SECURITY DEFINER SET search_path = app, public AS 'SELECT 1'",
    [
      {
        kind: 'CreateFunction',
        routine: {
          schema: 's',
          name: 'f',
          argumentTypes: [type('integer'), expect.objectContaining({ name: 'text', arrayDimensions: 1 })],
        },
        routineKind: 'function',
        replace: true,
        language: 'sql',
        returns: expect.objectContaining({ name: 'bigint', setOf: true }),
        volatility: 'stable',
        securityDefiner: true,
        settings: { search_path: 'app, public' },
      },
      { kind: 'Select', run: 'called' },
    ],
  ],
  [
    'CREATE PROCEDURE p() BEGIN ATOMIC DELETE FROM t; END',
    [
      { kind: 'CreateFunction', routineKind: 'procedure', language: 'sql', returns: undefined },
      { kind: 'Delete', run: 'called' },
    ],
  ],
  [
    'CREATE AGGREGATE agg (int) (SFUNC = f, STYPE = int)',
    [
      {
        kind: 'CreateFunction',
        routineKind: 'aggregate',
        routine: { ...name('agg'), argumentTypes: [type('integer')] },
      },
    ],
  ],
  [
    'DROP FUNCTION IF EXISTS f(int, text), g; DROP PROCEDURE p(); DROP AGGREGATE a(*); DROP ROUTINE r CASCADE',
    [
      {
        kind: 'DropFunction',
        routineKind: 'function',
        routine: { ...name('f'), argumentTypes: [type('integer'), type('text')] },
      },
      { kind: 'DropFunction', routine: { ...name('g'), argumentTypes: undefined } },
      { kind: 'DropFunction', routineKind: 'procedure', routine: { ...name('p'), argumentTypes: [] } },
      { kind: 'DropFunction', routineKind: 'aggregate' },
      { kind: 'DropFunction', routineKind: 'routine', behavior: 'cascade' },
    ],
  ],
  [
    'ALTER FUNCTION f(int) SECURITY DEFINER IMMUTABLE',
    [
      {
        kind: 'AlterFunction',
        routineKind: 'function',
        changes: ['security', 'volatility'],
        securityDefiner: true,
        settings: {},
      },
    ],
  ],
  [
    "ALTER FUNCTION f SECURITY INVOKER SET search_path = a, b; ALTER FUNCTION f RESET search_path; ALTER FUNCTION f RESET ALL SET work_mem = '1MB'; ALTER FUNCTION f SET work_mem TO DEFAULT",
    [
      { kind: 'AlterFunction', securityDefiner: false, settings: { search_path: 'a, b' } },
      { kind: 'AlterFunction', securityDefiner: undefined, settings: { search_path: undefined } },
      { kind: 'AlterFunction', settings: { all: undefined, work_mem: '1MB' } },
      { kind: 'AlterFunction', settings: { work_mem: undefined } },
    ],
  ],
  [
    'CREATE FUNCTION f() RETURNS int RETURN 1; CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END',
    [
      { kind: 'CreateFunction', resolvedBody: true },
      { kind: 'CreateFunction', resolvedBody: true },
      { kind: 'Select', run: 'called' },
    ],
  ],
  [
    'CREATE OR REPLACE TRIGGER tr BEFORE INSERT OR UPDATE OF a, b ON s.t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION s.f()',
    [
      {
        kind: 'CreateTrigger',
        name: 'tr',
        table: { schema: 's', name: 't' },
        replace: true,
        timing: 'before',
        events: ['insert', 'update'],
        columns: ['a', 'b'],
        forEach: 'row',
        when: text('NEW.a > 0'),
        function: { schema: 's', name: 'f' },
        constraint: false,
      },
    ],
  ],
  [
    'CREATE TRIGGER tr AFTER TRUNCATE ON t EXECUTE FUNCTION f(); CREATE TRIGGER tr INSTEAD OF DELETE ON v FOR EACH ROW EXECUTE FUNCTION f(); CREATE CONSTRAINT TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()',
    [
      { kind: 'CreateTrigger', timing: 'after', events: ['truncate'], forEach: 'statement' },
      { kind: 'CreateTrigger', timing: 'instead of', events: ['delete'] },
      { kind: 'CreateTrigger', constraint: true },
    ],
  ],
  [
    'DROP TRIGGER IF EXISTS tr ON s.t CASCADE',
    [{ kind: 'DropTrigger', name: 'tr', table: { schema: 's', name: 't' }, ifExists: true }],
  ],
  [
    'CREATE OR REPLACE RULE r AS ON INSERT TO t DO INSTEAD NOTHING',
    [
      {
        kind: 'CreateRule',
        name: 'r',
        table: name('t'),
        replace: true,
        definition: 'CREATE OR REPLACE RULE r AS ON INSERT TO t DO INSTEAD NOTHING',
      },
    ],
  ],
  ['DROP RULE r ON t', [{ kind: 'DropRule', name: 'r', table: name('t') }]],
  [
    'CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO bob, PUBLIC USING ((a).b = current_user) WITH CHECK (true)',
    [
      {
        kind: 'CreatePolicy',
        name: 'p',
        table: name('t'),
        permissive: false,
        command: 'update',
        roles: ['bob', 'PUBLIC'],
        using: text('(a).b = current_user'),
        withCheck: text('true'),
      },
    ],
  ],
  [
    'CREATE POLICY p ON t USING ((a).b)',
    [{ kind: 'CreatePolicy', command: 'all', permissive: true, using: text('(a).b'), withCheck: undefined }],
  ],
  ['ALTER POLICY p ON t TO bob', [{ kind: 'AlterPolicy', roles: ['bob'], using: undefined }]],
  [
    'ALTER POLICY p ON t WITH CHECK (a = 1)',
    [{ kind: 'AlterPolicy', roles: undefined, withCheck: text('a = 1') }],
  ],
  ['DROP POLICY p ON t', [{ kind: 'DropPolicy', name: 'p', table: name('t') }]],

  // Objects of any kind
  [
    'ALTER VIEW v RENAME TO w; ALTER TRIGGER a ON s.t RENAME TO b; ALTER SCHEMA a RENAME TO b; ALTER FUNCTION f(int) RENAME TO g; ALTER DOMAIN d RENAME CONSTRAINT a TO b',
    [
      { kind: 'Rename', objectType: 'view', object: name('v'), newName: 'w', table: undefined },
      { kind: 'Rename', objectType: 'trigger', object: name('a'), table: { schema: 's', name: 't' } },
      { kind: 'Rename', objectType: 'schema', object: name('a'), table: undefined },
      { kind: 'Rename', objectType: 'function', object: name('f'), argumentTypes: [type('integer')] },
      { kind: 'Rename', objectType: 'domain constraint', object: name('a'), table: name('d') },
    ],
  ],
  [
    'ALTER TABLE t SET SCHEMA app; ALTER FUNCTION f(int) SET SCHEMA app; ALTER EXTENSION e SET SCHEMA app',
    [
      {
        kind: 'SetSchema',
        objectType: 'table',
        object: name('t'),
        newSchema: 'app',
        argumentTypes: undefined,
      },
      { kind: 'SetSchema', objectType: 'function', argumentTypes: [type('integer')] },
      { kind: 'SetSchema', objectType: 'extension', object: name('e') },
    ],
  ],
  [
    'ALTER TABLE t OWNER TO bob; ALTER VIEW v OWNER TO CURRENT_USER; ALTER TYPE y OWNER TO bob; ALTER SCHEMA s OWNER TO bob',
    [
      { kind: 'ChangeOwner', objectType: 'table', object: name('t'), owner: 'bob', action: 0 },
      { kind: 'ChangeOwner', objectType: 'view', owner: 'CURRENT_USER' },
      { kind: 'ChangeOwner', objectType: 'type', object: name('y'), action: undefined },
      { kind: 'ChangeOwner', objectType: 'schema', object: name('s') },
    ],
  ],
  [
    'DROP SCHEMA a, b CASCADE; DROP EXTENSION e; DROP ROLE r; DROP OPERATOR CLASS s.c USING btree; DROP CAST (int AS text); DROP SUBSCRIPTION u; DROP USER MAPPING FOR bob SERVER far',
    [
      { kind: 'DropObject', objectType: 'schema', object: name('a'), behavior: 'cascade' },
      { kind: 'DropObject', objectType: 'schema', object: name('b') },
      { kind: 'DropObject', objectType: 'extension', object: name('e') },
      { kind: 'DropObject', objectType: 'role', object: name('r') },
      { kind: 'DropObject', objectType: 'operator class', object: { schema: 's', name: 'c' } },
      { kind: 'DropObject', objectType: 'cast', object: name('int4 AS text') },
      { kind: 'DropObject', objectType: 'subscription', object: name('u') },
      { kind: 'DropObject', objectType: 'user mapping', object: name('far') },
    ],
  ],
  [
    "COMMENT ON TABLE t IS 'x'; COMMENT ON COLUMN s.t.c IS NULL; COMMENT ON CONSTRAINT c ON t IS 'x'; COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x'; COMMENT ON FUNCTION f(int) IS 'x'; COMMENT ON TYPE s.y IS 'x'",
    [
      { kind: 'CommentOn', objectType: 'table', object: name('t'), column: undefined, comment: 'x' },
      {
        kind: 'CommentOn',
        objectType: 'column',
        object: { schema: 's', name: 't' },
        column: 'c',
        comment: undefined,
      },
      { kind: 'CommentOn', objectType: 'constraint', object: name('c'), table: name('t') },
      { kind: 'CommentOn', objectType: 'domain constraint', object: name('c'), table: name('d') },
      { kind: 'CommentOn', objectType: 'function', object: name('f'), argumentTypes: [type('integer')] },
      { kind: 'CommentOn', objectType: 'type', object: { schema: 's', name: 'y' } },
    ],
  ],
  [
    'GRANT SELECT, INSERT (a) ON t, s.u TO bob, PUBLIC WITH GRANT OPTION; REVOKE ALL ON ALL TABLES IN SCHEMA a FROM bob; GRANT USAGE ON TYPE s.y TO bob',
    [
      {
        kind: 'Grant',
        grant: true,
        privileges: ['SELECT', 'INSERT (a)'],
        objectType: 'table',
        objects: [name('t'), { schema: 's', name: 'u' }],
        allInSchema: false,
        grantees: ['bob', 'PUBLIC'],
        withGrantOption: true,
      },
      { kind: 'Grant', grant: false, privileges: [], objects: [name('a')], allInSchema: true },
      { kind: 'Grant', objectType: 'type', objects: [{ schema: 's', name: 'y' }] },
    ],
  ],
  [
    'GRANT a, b TO c; REVOKE a FROM c',
    [
      { kind: 'GrantRole', grant: true, roles: ['a', 'b'], grantees: ['c'] },
      { kind: 'GrantRole', grant: false },
    ],
  ],
  [
    'ALTER DEFAULT PRIVILEGES IN SCHEMA a GRANT SELECT ON TABLES TO bob',
    [
      {
        kind: 'AlterDefaultPrivileges',
        grant: true,
        schemas: ['a'],
        objectType: 'table',
        privileges: ['SELECT'],
        grantees: ['bob'],
      },
    ],
  ],
  [
    'ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC, bob',
    [
      {
        kind: 'AlterDefaultPrivileges',
        grant: false,
        schemas: [],
        objectType: 'function',
        privileges: [],
        grantees: ['PUBLIC', 'bob'],
      },
    ],
  ],
  [
    'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" SCHEMA ext VERSION \'1.1\'',
    [{ kind: 'CreateExtension', name: 'uuid-ossp', ifNotExists: true, schema: 'ext', version: '1.1' }],
  ],
  [
    "ALTER EXTENSION e UPDATE TO '2'; ALTER EXTENSION e ADD TABLE t; ALTER EXTENSION e DROP FUNCTION f(int)",
    [
      { kind: 'AlterExtension', name: 'e', change: 'update to 2' },
      { kind: 'AlterExtension', change: 'add table' },
      { kind: 'AlterExtension', change: 'drop function' },
    ],
  ],

  // Rows
  [
    'INSERT INTO t (a, b) VALUES (1, 2), (3, 4) ON CONFLICT DO NOTHING; INSERT INTO t DEFAULT VALUES; INSERT INTO t SELECT * FROM u ON CONFLICT (a) DO UPDATE SET a = 1',
    [
      {
        kind: 'Insert',
        table: name('t'),
        columns: ['a', 'b'],
        source: 'values',
        rows: 2,
        query: undefined,
        onConflict: 'nothing',
      },
      { kind: 'Insert', columns: [], source: 'default values', rows: 0, onConflict: undefined },
      { kind: 'Insert', source: 'query', rows: 0, query: text('SELECT * FROM u'), onConflict: 'update' },
    ],
  ],
  [
    'UPDATE t SET a = 1',
    [{ kind: 'Update', table: name('t'), where: { text: undefined, conditions: [] }, from: [] }],
  ],
  [
    'DELETE FROM t USING u JOIN v ON true',
    [{ kind: 'Delete', table: name('t'), using: [name('u'), name('v')] }],
  ],
  [
    'MERGE INTO t USING s.u ON t.id = u.id WHEN MATCHED THEN DELETE',
    [{ kind: 'Merge', table: name('t'), source: [{ schema: 's', name: 'u' }] }],
  ],
  [
    'TRUNCATE a, b RESTART IDENTITY CASCADE',
    [
      { kind: 'Truncate', table: name('a'), restartIdentity: true, behavior: 'cascade' },
      { kind: 'Truncate', table: name('b') },
    ],
  ],
  [
    "COPY t (a, b) FROM '/x'; COPY (DELETE FROM t RETURNING *) TO PROGRAM 'x'",
    [
      { kind: 'Copy', table: name('t'), from: true, program: false, columns: ['a', 'b'] },
      { kind: 'Delete', table: name('t') },
      { kind: 'Copy', table: undefined, from: false, program: true },
    ],
  ],
  [
    'SELECT s.f(g(a)) FROM t FOR UPDATE',
    [{ kind: 'Select', calls: [{ schema: 's', name: 'f' }, name('g')], locksRows: true }],
  ],
  ['VALUES (1)', [{ kind: 'Select', calls: [], locksRows: false }]],
  [
    'WITH d AS (DELETE FROM t RETURNING *), i AS (INSERT INTO u SELECT * FROM d) SELECT 1',
    [{ kind: 'Delete', table: name('t') }, { kind: 'Insert', table: name('u') }, { kind: 'Select' }],
  ],

  // Transactions, session, maintenance
  [
    "BEGIN; START TRANSACTION; COMMIT; END; ROLLBACK; ABORT; SAVEPOINT a; RELEASE a; ROLLBACK TO a; PREPARE TRANSACTION 'x'; COMMIT PREPARED 'x'; ROLLBACK PREPARED 'x'",
    [
      'begin',
      'begin',
      'commit',
      'commit',
      'rollback',
      'rollback',
      'savepoint',
      'release',
      'rollback to',
      'prepare',
      'commit prepared',
      'rollback prepared',
    ].map((command) => ({ kind: 'TransactionControl', command })),
  ],
  ['SAVEPOINT a', [{ kind: 'TransactionControl', savepoint: 'a' }]],
  [
    'COMMIT AND CHAIN; ROLLBACK AND CHAIN; COMMIT AND NO CHAIN; END',
    [true, true, false, false].map((chain) => ({ kind: 'TransactionControl', chain })),
  ],
  [
    "SET lock_timeout = '5s'; SET LOCAL Search_Path TO a, 'b'; SET x TO DEFAULT; RESET lock_timeout; RESET ALL; SET ROLE bob; SET SESSION AUTHORIZATION bob; SET TIME ZONE 'UTC'",
    [
      { kind: 'SetVariable', name: 'lock_timeout', value: ['5s'], scope: 'session', form: 'set' },
      { kind: 'SetVariable', name: 'search_path', value: ['a', 'b'], scope: 'local', form: 'set' },
      { kind: 'SetVariable', name: 'x', value: undefined, form: 'set' },
      { kind: 'SetVariable', name: 'lock_timeout', value: undefined, form: 'reset' },
      { kind: 'SetVariable', name: 'all', value: undefined, form: 'reset' },
      { kind: 'SetVariable', name: 'role', value: ['bob'] },
      { kind: 'SetVariable', name: 'session_authorization', value: ['bob'] },
      { kind: 'SetVariable', name: 'timezone', value: ['UTC'] },
    ],
  ],
  [
    "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY; SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE; SET TRANSACTION SNAPSHOT 'x'",
    [
      { kind: 'SetVariable', name: 'transaction_isolation', value: ['serializable'], scope: 'local' },
      { kind: 'SetVariable', name: 'transaction_read_only', value: ['1'], scope: 'local' },
      { kind: 'SetVariable', name: 'default_transaction_read_only', value: ['0'], scope: 'session' },
      { kind: 'SetVariable', name: 'transaction_snapshot', value: ['x'] },
    ],
  ],
  [
    "SELECT set_config('Lock_Timeout', '5s', true), pg_catalog.set_config('a.b', x || 'y', false)",
    [
      { kind: 'Select' },
      { kind: 'SetVariable', name: 'lock_timeout', value: ['5s'], scope: 'local', form: 'set_config' },
      { kind: 'SetVariable', name: 'a.b', value: ["x || 'y'"], scope: 'session', form: 'set_config' },
    ],
  ],
  [
    'LOCK TABLE a, s.b IN SHARE ROW EXCLUSIVE MODE NOWAIT; LOCK t',
    [
      { kind: 'LockTable', table: name('a'), mode: 'SHARE ROW EXCLUSIVE', nowait: true },
      { kind: 'LockTable', table: { schema: 's', name: 'b' }, mode: 'SHARE ROW EXCLUSIVE' },
      { kind: 'LockTable', table: name('t'), mode: 'ACCESS EXCLUSIVE', nowait: false },
    ],
  ],
  [
    'VACUUM (FULL, ANALYZE FALSE) a, b; VACUUM ANALYZE; ANALYZE t',
    [
      { kind: 'Vacuum', tables: [name('a'), name('b')], full: true, analyze: false },
      { kind: 'Vacuum', tables: [], full: false, analyze: true },
      { kind: 'Analyze', tables: [name('t')] },
    ],
  ],
  [
    'CLUSTER t USING i; CLUSTER',
    [
      { kind: 'Cluster', table: name('t'), index: 'i' },
      { kind: 'Cluster', table: undefined, index: undefined },
    ],
  ],

  // Code
  [
    "DO LANGUAGE plpython3u 'x'",
    [
      { kind: 'Do', language: 'plpython3u' },
      { kind: 'Opaque', reason: 'language' },
    ],
  ],
  ['CALL s.p(1)', [{ kind: 'Call', routine: { schema: 's', name: 'p' } }]],
  [
    "DO $$ BEGIN RAISE NOTICE 'n %', 1; COMMIT; END $$",
    [
      { kind: 'Do', language: 'plpgsql' },
      { kind: 'Raise', level: 'NOTICE', message: 'n %' },
      { kind: 'BodyTransactionControl', command: 'commit' },
    ],
  ],

  // The rest
  [
    'CREATE DATABASE d; DROP DATABASE d; ALTER DATABASE d SET x = 1; ALTER SYSTEM SET x = 1; DROP TABLESPACE x',
    [
      { kind: 'ClusterWide', command: 'create database', name: 'd' },
      { kind: 'ClusterWide', command: 'drop database', name: 'd' },
      { kind: 'ClusterWide', command: 'alter database', name: 'd' },
      { kind: 'ClusterWide', command: 'alter system', name: 'x' },
      { kind: 'ClusterWide', command: 'drop tablespace', name: 'x' },
    ],
  ],
  [
    'CREATE ROLE r LOGIN CONNECTION LIMIT 5',
    [{ kind: 'CreateRole', role: 'r', options: { canlogin: 'true', connectionlimit: '5' } }],
  ],
  [
    "ALTER ROLE r NOLOGIN; ALTER ROLE r SET lock_timeout = '5s'; ALTER ROLE ALL SET a TO b, c",
    [
      { kind: 'AlterRole', role: 'r', options: { canlogin: 'false' } },
      { kind: 'AlterRole', role: 'r', options: { lock_timeout: '5s' } },
      { kind: 'AlterRole', role: 'ALL', options: { a: 'b, c' } },
    ],
  ],
  [
    'CREATE PUBLICATION p FOR TABLE a, s.b WHERE (x > 1), TABLES IN SCHEMA z; ALTER PUBLICATION p ADD TABLE c',
    [
      { kind: 'Publication', name: 'p', tables: [name('a'), { schema: 's', name: 'b' }] },
      { kind: 'Publication', tables: [name('c')] },
    ],
  ],
  ['CREATE STATISTICS st ON a, b FROM t', [{ kind: 'CreateStatistics', name: name('st'), table: name('t') }]],
  [
    'EXPLAIN DELETE FROM t; PREPARE q AS SELECT 1; EXECUTE q; CHECKPOINT; LISTEN c; SHOW x; CREATE CAST (int AS t) WITHOUT FUNCTION; CREATE OPERATOR + (FUNCTION = f)',
    ['Explain', 'Prepare', 'Execute', 'CheckPoint', 'Listen', 'VariableShow', 'CreateCast', 'Define'].map(
      (tag) => ({
        kind: 'Other',
        tag,
      }),
    ),
  ],
  ['DO $$ BEGIN EXECUTE a || b; END $$', [{ kind: 'Do' }, { kind: 'Opaque', reason: 'execute' }]],
];

describe('operations', () => {
  it.each(cases)('%s', (sql, expected) => {
    const actual = operations(sql);
    expect(actual.map(({ kind }) => kind)).toEqual(expected.map(({ kind }) => kind));
    for (const [index, fields] of expected.entries()) expect(actual[index]).toMatchObject(fields);
  });

  it.each(cases.map(([sql]) => sql))('has every part in its statement: %s', (sql) => {
    for (const operation of operations(sql)) {
      const whole = operation.at('statement').span;
      for (const part of parts) {
        const { span } = operation.at(part);
        expect(span.start).toBeGreaterThanOrEqual(whole.start);
        expect(span.end).toBeLessThanOrEqual(whole.end);
        expect(span.end).toBeGreaterThan(span.start);
      }
    }
  });

  it('has a case for every kind of operation', () => {
    const tested = new Set(cases.flatMap(([, expected]) => expected.map(({ kind }) => kind)));
    expect(operationKinds.filter((kind) => !tested.has(kind))).toEqual([]);
  });
});
