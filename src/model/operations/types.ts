/**
 * What a statement does, one operation for each thing that it does.
 *
 * Every kind of statement that PostgreSQL's grammar knows becomes at least one operation; what has no kind of its own is
 * {@link Other} with its parse tree's tag, never nothing. Names are as written until the catalog's replay resolves them
 * (see `ObjectName.schema`).
 */
import type { Node } from '@pgsql/types';
import type { Place } from '../../input/text/types.ts';
import type { BodyExpression, LoopRange, Statement } from '../../input/sql/types.ts';

/** The name of a schema's object. `schema` is undefined where nobody wrote one; replay fills it from the search_path. */
export interface ObjectName {
  readonly schema: string | undefined;
  readonly name: string;
}

/** A type as PostgreSQL stores it. */
export interface TypeName {
  /** Undefined for PostgreSQL's own types and where nobody wrote one. */
  readonly schema: string | undefined;
  /** Canonical as `format_type` prints it, without modifiers: `integer`, `character varying`, `timestamp with time zone`; else the user's own type. */
  readonly name: string;
  /** As written: `['120']`, `['10', '2']`. */
  readonly modifiers: readonly string[];
  /** 0 for no array. */
  readonly arrayDimensions: number;
  /** Set for `serial` and its kin; `name` is then the integer type that it stands for. */
  readonly serial: boolean;
  /** SETOF, only in function results. */
  readonly setOf: boolean;
}

/** An expression: its text as written and its parse tree. */
export interface Expression {
  readonly text: string;
  readonly tree: Node;
}

/** Whether an operation happens when its script runs (`now`), perhaps (in a branch, a loop, a handler), or only when the function it stands in is called. */
export type Run = 'now' | 'perhaps' | 'called';

/** Where in an operation a finding can point. A part that an operation lacks falls back to the operation itself. */
export type Part =
  | 'name'
  | 'table'
  | 'column'
  | 'type'
  | 'default'
  | 'not null'
  | 'constraint'
  | 'references'
  | 'concurrently'
  | 'cascade'
  | 'where'
  | 'if exists'
  | 'statement';

/** What every operation has. */
export interface OperationBase {
  readonly statement: Statement;
  readonly run: Run;
  /** The innermost loop of a PL/pgSQL body that this operation runs in. */
  readonly loop: Loop | undefined;
  /** Index of the ALTER TABLE action in the statement as written, from 0; undefined for an operation that is a whole statement. */
  readonly action: number | undefined;
  /** The place of the operation (its ALTER TABLE action or its statement), or of one part of it. Scans the statement: call it for findings and fixes only. */
  at(part?: Part): Place;
}

/** DROP … RESTRICT or CASCADE. */
export type DropBehavior = 'restrict' | 'cascade';

export type ReferentialAction = 'no action' | 'restrict' | 'cascade' | 'set null' | 'set default';

interface ConstraintBase {
  /** Undefined where nobody wrote one; replay fills in PostgreSQL's default name. */
  readonly name: string | undefined;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
}

/** A table constraint, or a column's own one with its column filled in. */
export type ConstraintDefinition =
  | (ConstraintBase & {
      readonly type: 'primary key' | 'unique';
      /** Empty with `usingIndex` until replay takes them from the index. */
      readonly columns: readonly string[];
      readonly include: readonly string[];
      readonly nullsNotDistinct: boolean;
      /** WITHOUT OVERLAPS: its index is one of an exclusion constraint, which compares the last column with &&. */
      readonly withoutOverlaps?: true;
      readonly usingIndex: string | undefined;
    })
  | (ConstraintBase & {
      readonly type: 'foreign key';
      readonly columns: readonly string[];
      readonly references: ObjectName;
      /** Empty where nobody wrote them: the primary key's; replay fills them in. */
      readonly referencedColumns: readonly string[];
      readonly onDelete: ReferentialAction;
      readonly onUpdate: ReferentialAction;
      readonly match: 'simple' | 'full' | 'partial';
      readonly notValid: boolean;
      readonly notEnforced: boolean;
    })
  | (ConstraintBase & {
      readonly type: 'check';
      readonly expression: Expression;
      readonly noInherit: boolean;
      readonly notValid: boolean;
      readonly notEnforced: boolean;
    })
  | (ConstraintBase & {
      /** ADD CONSTRAINT … NOT NULL column, PostgreSQL 18. */
      readonly type: 'not null';
      readonly column: string;
      readonly notValid: boolean;
    })
  | (ConstraintBase & {
      readonly type: 'exclude';
      readonly method: string;
      readonly elements: readonly IndexElement[];
      readonly where: Expression | undefined;
    });

/** A column as CREATE TABLE or ADD COLUMN defines it. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: TypeName;
  /** Written NOT NULL, PRIMARY KEY, serial or identity. */
  readonly notNull: boolean;
  /** Of `CONSTRAINT name NOT NULL`: a name that PostgreSQL keeps from 18 on. */
  readonly notNullName?: string;
  readonly default: Expression | undefined;
  readonly generated: { readonly storage: 'stored' | 'virtual'; readonly expression: Expression } | undefined;
  readonly identity: 'always' | 'by default' | undefined;
  readonly collation: string | undefined;
  /** Inline PRIMARY KEY, UNIQUE, CHECK and REFERENCES, as table constraints of this column. */
  readonly constraints: readonly ConstraintDefinition[];
}

/** One key of an index: a column or an expression. */
export interface IndexElement {
  readonly column: string | undefined;
  readonly expression: Expression | undefined;
  readonly collation: string | undefined;
  readonly operatorClass: string | undefined;
  readonly descending: boolean;
  readonly nulls: 'first' | 'last' | undefined;
  /** Of EXCLUDE: the operator. */
  readonly operator: string | undefined;
}

type Op<Kind extends string, Fields> = OperationBase & { readonly kind: Kind } & Readonly<Fields>;

// ── Schemas and tables ─────────────────────────────────────────────────────────────────────────────────────────────────

export type CreateSchema = Op<
  'CreateSchema',
  { name: string; ifNotExists: boolean; owner: string | undefined }
>;

export interface PartitionKey {
  readonly strategy: 'range' | 'list' | 'hash';
  readonly elements: readonly IndexElement[];
}

/** An end of a range: a constant expression, or one that lies before or after every value. */
export type RangeEnd = 'minvalue' | 'maxvalue' | { readonly value: Node };

/** Which rows a partition takes. */
export type PartitionBound =
  /** Those that no other partition takes. */
  | { readonly type: 'default'; readonly text: string }
  /** Those with one of these values, constant expressions. */
  | { readonly type: 'list'; readonly values: readonly Node[]; readonly text: string }
  /** Those from the first end on, before the second; one of each for every column of the key. */
  | {
      readonly type: 'range';
      readonly from: readonly RangeEnd[];
      readonly to: readonly RangeEnd[];
      readonly text: string;
    }
  | {
      readonly type: 'hash';
      readonly modulus: number;
      readonly remainder: number;
      /** As written after FOR VALUES, or DEFAULT, as of every bound. */
      readonly text: string;
    };

export type CreateTable = Op<
  'CreateTable',
  {
    table: ObjectName;
    persistence: 'permanent' | 'unlogged' | 'temporary';
    ifNotExists: boolean;
    columns: readonly ColumnDefinition[];
    /** Table-level ones only; a column's own are in its definition. */
    constraints: readonly ConstraintDefinition[];
    like: readonly { table: ObjectName; options: readonly string[] }[];
    inherits: readonly ObjectName[];
    partitionBy: PartitionKey | undefined;
    /** CREATE TABLE … PARTITION OF parent. */
    partitionOf: { parent: ObjectName; bound: PartitionBound } | undefined;
    foreignServer: string | undefined;
    ofType: ObjectName | undefined;
    options: Readonly<Record<string, string>>;
    tablespace: string | undefined;
  }
>;

/** CREATE TABLE AS and SELECT INTO. */
export type CreateTableAs = Op<
  'CreateTableAs',
  {
    table: ObjectName;
    persistence: 'permanent' | 'unlogged' | 'temporary';
    ifNotExists: boolean;
    /** Column names written after the table's name. */
    columnNames: readonly string[];
    query: Query;
    withData: boolean;
    form: 'create table as' | 'select into';
  }
>;

export type DropTable = Op<
  'DropTable',
  { table: ObjectName; ifExists: boolean; behavior: DropBehavior; foreign: boolean }
>;
export type RenameTable = Op<'RenameTable', { table: ObjectName; newName: string; ifExists: boolean }>;

// ── ALTER TABLE, one operation an action ───────────────────────────────────────────────────────────────────────────────

interface OnTable {
  table: ObjectName;
  /** ALTER TABLE IF EXISTS. */
  ifExists: boolean;
}
type TableAction<Kind extends string, Fields = unknown> = Op<Kind, OnTable & Fields>;
type ColumnAction<Kind extends string, Fields = unknown> = TableAction<Kind, { column: string } & Fields>;

export type AddColumn = TableAction<'AddColumn', { column: ColumnDefinition; ifNotExists: boolean }>;
export type DropColumn = ColumnAction<'DropColumn', { columnIfExists: boolean; behavior: DropBehavior }>;
export type RenameColumn = ColumnAction<'RenameColumn', { newName: string }>;
export type AlterColumnType = ColumnAction<
  'AlterColumnType',
  { type: TypeName; using: Expression | undefined; collation: string | undefined }
>;
export type SetDefault = ColumnAction<'SetDefault', { default: Expression }>;
export type DropDefault = ColumnAction<'DropDefault'>;
export type SetNotNull = ColumnAction<'SetNotNull'>;
export type DropNotNull = ColumnAction<'DropNotNull'>;
export type SetExpression = ColumnAction<'SetExpression', { expression: Expression }>;
export type DropExpression = ColumnAction<'DropExpression', { columnIfExists: boolean }>;
export type AddIdentity = ColumnAction<'AddIdentity', { identity: 'always' | 'by default' }>;
export type AlterIdentity = ColumnAction<'AlterIdentity', { identity: 'always' | 'by default' | undefined }>;
export type DropIdentity = ColumnAction<'DropIdentity', { columnIfExists: boolean }>;
/** SET STATISTICS, STORAGE, COMPRESSION and SET/RESET (n_distinct = …). */
export type AlterColumnStorage = ColumnAction<
  'AlterColumnStorage',
  { setting: 'statistics' | 'storage' | 'compression' | 'options'; value: string | undefined }
>;

export type AddConstraint = TableAction<'AddConstraint', { constraint: ConstraintDefinition }>;
export type AlterConstraint = TableAction<
  'AlterConstraint',
  {
    constraint: string;
    deferrable: boolean | undefined;
    initiallyDeferred: boolean | undefined;
    enforced: boolean | undefined;
  }
>;
export type ValidateConstraint = TableAction<'ValidateConstraint', { constraint: string }>;
export type DropConstraint = TableAction<
  'DropConstraint',
  { constraint: string; constraintIfExists: boolean; behavior: DropBehavior }
>;
export type RenameConstraint = TableAction<'RenameConstraint', { constraint: string; newName: string }>;

/** SET (…) and RESET (…); a reset option has the value undefined. */
export type SetTableOptions = TableAction<
  'SetTableOptions',
  { options: Readonly<Record<string, string | undefined>> }
>;
export type SetPersistence = TableAction<'SetPersistence', { persistence: 'permanent' | 'unlogged' }>;
export type SetAccessMethod = TableAction<'SetAccessMethod', { method: string }>;
export type SetTablespace = TableAction<'SetTablespace', { tablespace: string }>;
/** CLUSTER ON index, or SET WITHOUT CLUSTER. */
export type ClusterOn = TableAction<'ClusterOn', { index: string | undefined }>;
/** ENABLE/DISABLE TRIGGER, and the REPLICA and ALWAYS forms; `trigger` is a name, `ALL` or `USER`. */
export type SetTriggerState = TableAction<
  'SetTriggerState',
  { trigger: string; state: 'enabled' | 'disabled' | 'replica' | 'always' }
>;
export type SetRuleState = TableAction<
  'SetRuleState',
  { rule: string; state: 'enabled' | 'disabled' | 'replica' | 'always' }
>;
export type SetRowSecurity = TableAction<
  'SetRowSecurity',
  { setting: 'enable' | 'disable' | 'force' | 'no force' }
>;
export type SetReplicaIdentity = TableAction<
  'SetReplicaIdentity',
  { identity: 'default' | 'full' | 'nothing' | 'index'; index: string | undefined }
>;
export type SetInheritance = TableAction<'SetInheritance', { parent: ObjectName; inherits: boolean }>;
export type AttachPartition = TableAction<
  'AttachPartition',
  { partition: ObjectName; bound: PartitionBound }
>;
export type DetachPartition = TableAction<
  'DetachPartition',
  { partition: ObjectName; concurrently: boolean; finalize: boolean }
>;
export type SetOfType = TableAction<'SetOfType', { type: ObjectName | undefined }>;

// ── Indexes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type CreateIndex = Op<
  'CreateIndex',
  {
    /** The index's own name, undefined until replay chooses PostgreSQL's default. Its schema is its table's. */
    name: string | undefined;
    table: ObjectName;
    /** CREATE INDEX … ON ONLY parent. */
    only: boolean;
    unique: boolean;
    concurrently: boolean;
    ifNotExists: boolean;
    method: string;
    elements: readonly IndexElement[];
    include: readonly string[];
    where: Expression | undefined;
    nullsNotDistinct: boolean;
    options: Readonly<Record<string, string>>;
    tablespace: string | undefined;
  }
>;
export type DropIndex = Op<
  'DropIndex',
  { index: ObjectName; concurrently: boolean; ifExists: boolean; behavior: DropBehavior }
>;
export type RenameIndex = Op<'RenameIndex', { index: ObjectName; newName: string; ifExists: boolean }>;
/** ALTER INDEX … SET (…), SET STATISTICS, SET TABLESPACE. */
export type AlterIndex = Op<'AlterIndex', { index: ObjectName; setting: string }>;
export type AttachIndex = Op<'AttachIndex', { index: ObjectName; partitionIndex: ObjectName }>;
export type Reindex = Op<
  'Reindex',
  { target: 'index' | 'table' | 'schema' | 'database' | 'system'; name: ObjectName; concurrently: boolean }
>;

// ── Types, sequences ───────────────────────────────────────────────────────────────────────────────────────────────────

export type CreateEnum = Op<'CreateEnum', { type: ObjectName; values: readonly string[] }>;
export type AddEnumValue = Op<
  'AddEnumValue',
  { type: ObjectName; value: string; neighbor: string | undefined; before: boolean; ifNotExists: boolean }
>;
export type RenameEnumValue = Op<'RenameEnumValue', { type: ObjectName; value: string; newValue: string }>;
export type CreateDomain = Op<
  'CreateDomain',
  {
    type: ObjectName;
    base: TypeName;
    notNull: boolean;
    default: Expression | undefined;
    constraints: readonly ConstraintDefinition[];
    collation: string | undefined;
  }
>;
export type AlterDomain = Op<
  'AlterDomain',
  {
    type: ObjectName;
    change:
      | { action: 'set default'; default: Expression }
      | { action: 'drop default' | 'set not null' | 'drop not null' }
      | { action: 'add constraint'; constraint: ConstraintDefinition }
      | { action: 'drop constraint'; constraint: string; ifExists: boolean }
      | { action: 'validate constraint'; constraint: string };
  }
>;
export type CreateType = Op<
  'CreateType',
  {
    type: ObjectName;
    form: 'composite' | 'range' | 'base' | 'shell';
    attributes: readonly ColumnDefinition[];
  }
>;
/** ALTER TYPE … ADD/DROP/ALTER ATTRIBUTE of a composite type. */
export type AlterCompositeType = Op<
  'AlterCompositeType',
  {
    type: ObjectName;
    change: 'add' | 'drop' | 'alter' | 'rename';
    attribute: string;
    definition: ColumnDefinition | undefined;
    newName: string | undefined;
  }
>;
export type DropType = Op<
  'DropType',
  { type: ObjectName; ifExists: boolean; behavior: DropBehavior; domain: boolean }
>;
export type RenameType = Op<'RenameType', { type: ObjectName; newName: string }>;

export type CreateSequence = Op<
  'CreateSequence',
  {
    sequence: ObjectName;
    ifNotExists: boolean;
    persistence: 'permanent' | 'unlogged' | 'temporary';
    type: string | undefined;
    ownedBy: { table: ObjectName; column: string } | undefined;
    options: Readonly<Record<string, string>>;
  }
>;
export type AlterSequence = Op<
  'AlterSequence',
  {
    sequence: ObjectName;
    ifExists: boolean;
    ownedBy: { table: ObjectName; column: string } | 'none' | undefined;
    options: Readonly<Record<string, string>>;
  }
>;
export type DropSequence = Op<
  'DropSequence',
  { sequence: ObjectName; ifExists: boolean; behavior: DropBehavior }
>;

// ── Views, functions, triggers, rules, policies ────────────────────────────────────────────────────────────────────────

export type CreateView = Op<
  'CreateView',
  {
    view: ObjectName;
    replace: boolean;
    temporary: boolean;
    columnNames: readonly string[];
    query: Query;
    /** The SELECT as written. */
    definition: string;
    options: Readonly<Record<string, string>>;
  }
>;
export type DropView = Op<'DropView', { view: ObjectName; ifExists: boolean; behavior: DropBehavior }>;
export type CreateMaterializedView = Op<
  'CreateMaterializedView',
  {
    view: ObjectName;
    ifNotExists: boolean;
    columnNames: readonly string[];
    query: Query;
    definition: string;
    withData: boolean;
  }
>;
export type DropMaterializedView = Op<
  'DropMaterializedView',
  { view: ObjectName; ifExists: boolean; behavior: DropBehavior }
>;
export type RefreshMaterializedView = Op<
  'RefreshMaterializedView',
  { view: ObjectName; concurrently: boolean; withData: boolean }
>;

export type RoutineKind = 'function' | 'procedure' | 'aggregate' | 'routine';
/** A routine's name with its argument types; `argumentTypes` is undefined where a DROP names none. */
export interface RoutineName extends ObjectName {
  readonly argumentTypes: readonly TypeName[] | undefined;
}
export type CreateFunction = Op<
  'CreateFunction',
  {
    routine: RoutineName;
    routineKind: 'function' | 'procedure' | 'aggregate';
    replace: boolean;
    language: string;
    returns: TypeName | undefined;
    volatility: 'volatile' | 'stable' | 'immutable';
    securityDefiner: boolean;
    /** Values of its SET clauses. */
    settings: Readonly<Record<string, string>>;
    /** True for a body that is no string (BEGIN ATOMIC, RETURN): its names are resolved when the function is created. */
    resolvedBody: boolean;
    /** The statement as written. */
    definition: string;
  }
>;
export type DropFunction = Op<
  'DropFunction',
  { routine: RoutineName; routineKind: RoutineKind; ifExists: boolean; behavior: DropBehavior }
>;
export type AlterFunction = Op<
  'AlterFunction',
  {
    routine: RoutineName;
    routineKind: RoutineKind;
    changes: readonly string[];
    /** Undefined where it says nothing of SECURITY. */
    securityDefiner: boolean | undefined;
    /** Values of its SET clauses; undefined for RESET, which has the name `all` for RESET ALL. */
    settings: Readonly<Record<string, string | undefined>>;
  }
>;

export type CreateTrigger = Op<
  'CreateTrigger',
  {
    name: string;
    table: ObjectName;
    replace: boolean;
    timing: 'before' | 'after' | 'instead of';
    events: readonly ('insert' | 'update' | 'delete' | 'truncate')[];
    /** UPDATE OF columns. */
    columns: readonly string[];
    forEach: 'row' | 'statement';
    when: Expression | undefined;
    function: ObjectName;
    constraint: boolean;
    definition: string;
  }
>;
export type DropTrigger = Op<
  'DropTrigger',
  { name: string; table: ObjectName; ifExists: boolean; behavior: DropBehavior }
>;
export type CreateRule = Op<
  'CreateRule',
  { name: string; table: ObjectName; replace: boolean; definition: string }
>;
export type DropRule = Op<
  'DropRule',
  { name: string; table: ObjectName; ifExists: boolean; behavior: DropBehavior }
>;
export type CreatePolicy = Op<
  'CreatePolicy',
  {
    name: string;
    table: ObjectName;
    permissive: boolean;
    command: 'all' | 'select' | 'insert' | 'update' | 'delete';
    roles: readonly string[];
    using: Expression | undefined;
    withCheck: Expression | undefined;
  }
>;
export type AlterPolicy = Op<
  'AlterPolicy',
  {
    name: string;
    table: ObjectName;
    roles: readonly string[] | undefined;
    using: Expression | undefined;
    withCheck: Expression | undefined;
  }
>;
export type DropPolicy = Op<
  'DropPolicy',
  { name: string; table: ObjectName; ifExists: boolean; behavior: DropBehavior }
>;

// ── Objects of any kind ────────────────────────────────────────────────────────────────────────────────────────────────

/** PostgreSQL's word for a kind of object, in lower case: `table`, `column`, `foreign table`, `operator class`, `role` … */
export type ObjectType = string;

/** A rename that has no operation of its own: view, sequence, function, trigger, policy, schema, role, attribute … */
export type Rename = Op<
  'Rename',
  {
    objectType: ObjectType;
    object: ObjectName;
    /** The table of a trigger, rule or policy; undefined for others. */
    table: ObjectName | undefined;
    argumentTypes: readonly TypeName[] | undefined;
    newName: string;
    ifExists: boolean;
  }
>;
/** ALTER … SET SCHEMA. */
export type SetSchema = Op<
  'SetSchema',
  {
    objectType: ObjectType;
    object: ObjectName;
    argumentTypes: readonly TypeName[] | undefined;
    newSchema: string;
    ifExists: boolean;
  }
>;
/** ALTER … OWNER TO. */
export type ChangeOwner = Op<
  'ChangeOwner',
  {
    objectType: ObjectType;
    object: ObjectName;
    argumentTypes: readonly TypeName[] | undefined;
    owner: string;
  }
>;
/** A DROP that has no operation of its own: schema, extension, role, publication, operator … */
export type DropObject = Op<
  'DropObject',
  { objectType: ObjectType; object: ObjectName; ifExists: boolean; behavior: DropBehavior }
>;
/** COMMENT ON; `comment` is undefined for IS NULL. `column` is set for a column, `table` for a constraint, trigger, rule or policy. */
export type CommentOn = Op<
  'CommentOn',
  {
    objectType: ObjectType;
    object: ObjectName;
    column: string | undefined;
    table: ObjectName | undefined;
    argumentTypes: readonly TypeName[] | undefined;
    comment: string | undefined;
  }
>;
export type Grant = Op<
  'Grant',
  {
    grant: boolean;
    /** In upper case, with the columns that they are limited to: `SELECT (id, name)`. Empty for ALL. */
    privileges: readonly string[];
    objectType: ObjectType;
    /** Of `IN SCHEMA`, the schemas. */
    objects: readonly ObjectName[];
    allInSchema: boolean;
    grantees: readonly string[];
    withGrantOption: boolean;
  }
>;
/** GRANT role TO role, and REVOKE. */
export type GrantRole = Op<
  'GrantRole',
  { grant: boolean; roles: readonly string[]; grantees: readonly string[] }
>;
export type AlterDefaultPrivileges = Op<
  'AlterDefaultPrivileges',
  {
    grant: boolean;
    schemas: readonly string[];
    /** Of the objects that are made from now on: `table`, `sequence`, `function`, `type`, `schema`. */
    objectType: ObjectType;
    /** Empty for ALL. */
    privileges: readonly string[];
    grantees: readonly string[];
  }
>;
export type CreateExtension = Op<
  'CreateExtension',
  { name: string; ifNotExists: boolean; schema: string | undefined; version: string | undefined }
>;
export type AlterExtension = Op<'AlterExtension', { name: string; change: string }>;

// ── Rows ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A SELECT (or VALUES) inside another statement: what it reads. */
export interface Query {
  readonly text: string;
  readonly tree: Node;
  /** Every table and view that it names, also in subqueries and CTEs' bodies, without the CTEs' own names; each once. */
  readonly reads: readonly ObjectName[];
  /**
   * Output columns that are plain columns of one table: output name → source. `*` has `output` undefined. The names are those
   * of the statement around it where it gives them: the columns that an INSERT fills, a view's column list. A UNION has none.
   */
  readonly copies: readonly {
    readonly output: string | undefined;
    readonly source: ObjectName;
    readonly column: string | undefined;
  }[];
}

/** One condition of a WHERE clause, its ANDs taken apart. */
export interface Condition {
  readonly text: string;
  readonly form:
    | 'is null'
    | 'is not null'
    /** column = constant, parameter or variable. */
    | 'equals'
    /** column <, <=, >, >=, BETWEEN a constant, parameter or variable. */
    | 'range'
    /** column IN (list of constants) or = ANY(array). */
    | 'in list'
    /**
     * column IN (SELECT …) or = ANY(SELECT …), = (SELECT …), EXISTS (…); and column = batch.column, where batch is a CTE or
     * subquery of the FROM clause.
     */
    | 'subquery'
    /** Always true whatever the rows hold: TRUE, 1 = 1, c IS NULL OR c IS NOT NULL. `c = c` is not: it leaves out NULLs. */
    | 'tautology'
    /** Never true: FALSE, 1 = 2, c = NULL. */
    | 'contradiction'
    /** CURRENT OF a cursor: the row that it stands on. */
    | 'current of'
    | 'other';
  readonly column: string | undefined;
  /** Of `range`, the ends that it has: `lower` of > and >=, `upper` of < and <=, `both` of BETWEEN. */
  readonly bounds: 'lower' | 'upper' | 'both' | undefined;
  /** Of `equals` and `range`: the constant without quotes, the parameter, variable or expression as written; `low AND high` of BETWEEN. */
  readonly value: string | undefined;
  /** Of `subquery`. */
  readonly subquery: SubqueryShape | undefined;
  /** Of `a IS NULL OR b IS NULL OR …`: the columns whose NULLs meet it, whatever the others hold. */
  readonly nulls?: readonly string[];
}

/** What bounds a subquery that picks rows to change. */
export interface SubqueryShape {
  readonly query: Query;
  readonly from: readonly ObjectName[];
  /** The columns it returns, where they are plain columns. */
  readonly columns: readonly (string | undefined)[];
  readonly where: Predicate;
  readonly limit: string | undefined;
  readonly offset: string | undefined;
  readonly ordered: boolean;
  readonly locking: boolean;
  readonly skipLocked: boolean;
}

/** A WHERE clause. No clause at all is a predicate with no conditions. */
export interface Predicate {
  readonly text: string | undefined;
  /** ANDed. */
  readonly conditions: readonly Condition[];
}

/** `column = expression` of an UPDATE; `expression` is undefined for DEFAULT and where a subquery sets several columns. */
export interface Assignment {
  readonly column: string;
  readonly expression: Expression | undefined;
  /** Columns of the updated table that the expression reads. */
  readonly reads: readonly string[];
  readonly form: 'constant' | 'null' | 'column' | 'expression';
}

export type Insert = Op<
  'Insert',
  {
    table: ObjectName;
    /** Empty where nobody wrote them: all in order. */
    columns: readonly string[];
    source: 'values' | 'query' | 'default values';
    /** Number of VALUES rows; 0 for the other sources. */
    rows: number;
    query: Query | undefined;
    onConflict: 'nothing' | 'update' | undefined;
  }
>;
export type Update = Op<
  'Update',
  { table: ObjectName; assignments: readonly Assignment[]; where: Predicate; from: readonly ObjectName[] }
>;
export type Delete = Op<'Delete', { table: ObjectName; where: Predicate; using: readonly ObjectName[] }>;
export type Merge = Op<'Merge', { table: ObjectName; source: readonly ObjectName[] }>;
export type Truncate = Op<
  'Truncate',
  { table: ObjectName; behavior: DropBehavior; restartIdentity: boolean }
>;
export type Copy = Op<
  'Copy',
  { table: ObjectName | undefined; from: boolean; program: boolean; columns: readonly string[] }
>;
/** A SELECT at the top of a statement, or PERFORM: what it reads and the functions it calls. */
export type Select = Op<'Select', { query: Query; calls: readonly ObjectName[]; locksRows: boolean }>;

// ── Transactions, session, maintenance ─────────────────────────────────────────────────────────────────────────────────

export type TransactionControl = Op<
  'TransactionControl',
  {
    command:
      | 'begin'
      | 'commit'
      | 'rollback'
      | 'savepoint'
      | 'release'
      | 'rollback to'
      | 'prepare'
      | 'commit prepared'
      | 'rollback prepared';
    savepoint: string | undefined;
    /** AND CHAIN: COMMIT or ROLLBACK begins the next transaction at once. */
    chain: boolean;
  }
>;
export type SetVariable = Op<
  'SetVariable',
  {
    /** In lower case: `lock_timeout`, `search_path`, `role`, `session_authorization`. */
    name: string;
    /** Undefined for RESET and SET … TO DEFAULT; `name` is `all` for RESET ALL. */
    value: readonly string[] | undefined;
    scope: 'session' | 'local';
    /** Through set_config(…) in a SELECT. */
    form: 'set' | 'reset' | 'set_config';
  }
>;
export type LockTable = Op<'LockTable', { table: ObjectName; mode: LockMode; nowait: boolean }>;
export type Vacuum = Op<'Vacuum', { tables: readonly ObjectName[]; full: boolean; analyze: boolean }>;
export type Analyze = Op<'Analyze', { tables: readonly ObjectName[] }>;
export type Cluster = Op<'Cluster', { table: ObjectName | undefined; index: string | undefined }>;

/** PostgreSQL's table-level lock modes, weakest first (manual, 13.3.1). */
export type LockMode =
  | 'ACCESS SHARE'
  | 'ROW SHARE'
  | 'ROW EXCLUSIVE'
  | 'SHARE UPDATE EXCLUSIVE'
  | 'SHARE'
  | 'SHARE ROW EXCLUSIVE'
  | 'EXCLUSIVE'
  | 'ACCESS EXCLUSIVE';

// ── Code ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A DO block. What it does follows it as operations of their own; this one stands for the block. */
export type Do = Op<'Do', { language: string }>;
/** CALL procedure(…). */
export type Call = Op<
  'Call',
  {
    routine: ObjectName;
    /** True inside a block with an EXCEPTION clause, where no transaction can end. */
    guarded?: boolean;
    /** In a body: the DO, CREATE FUNCTION or CREATE PROCEDURE that it is of. */
    body?: Statement;
  }
>;
/** COMMIT or ROLLBACK inside a DO block or procedure. */
export type BodyTransactionControl = Op<
  'BodyTransactionControl',
  {
    command: 'commit' | 'rollback';
    /** True in the statements of a block with an EXCEPTION clause, where PostgreSQL refuses it; not in the handlers. */
    guarded: boolean;
  }
>;
/** EXECUTE of a built string, a body in another language, a body that does not parse: SQL that cannot be read. */
export type Opaque = Op<'Opaque', { reason: 'execute' | 'language' | 'unparsed body' }>;
/** RAISE or ASSERT inside a body: the level EXCEPTION stops the script, and so does ASSERT where its condition is not true. */
export type Raise = Op<'Raise', { level: string; message: string | undefined }>;

// ── The rest ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Statements that run outside transactions or concern the whole cluster. */
export type ClusterWide = Op<
  'ClusterWide',
  {
    command:
      | 'create database'
      | 'drop database'
      | 'alter database'
      | 'create tablespace'
      | 'drop tablespace'
      | 'alter system';
    name: string | undefined;
  }
>;
export type CreateRole = Op<'CreateRole', { role: string; options: Readonly<Record<string, string>> }>;
export type AlterRole = Op<'AlterRole', { role: string; options: Readonly<Record<string, string>> }>;
/** CREATE/ALTER PUBLICATION, with the tables it names. */
export type Publication = Op<'Publication', { name: string; tables: readonly ObjectName[] }>;
/** CREATE STATISTICS. */
export type CreateStatistics = Op<
  'CreateStatistics',
  { name: ObjectName | undefined; table: ObjectName | undefined }
>;
/** Any other statement: `tag` is its parse tree's key without `Stmt`, such as `CreateCast`. */
export type Other = Op<'Other', { tag: string }>;

/** Everything a statement can do. */
export type Operation =
  | CreateSchema
  | CreateTable
  | CreateTableAs
  | DropTable
  | RenameTable
  | AddColumn
  | DropColumn
  | RenameColumn
  | AlterColumnType
  | SetDefault
  | DropDefault
  | SetNotNull
  | DropNotNull
  | SetExpression
  | DropExpression
  | AddIdentity
  | AlterIdentity
  | DropIdentity
  | AlterColumnStorage
  | AddConstraint
  | AlterConstraint
  | ValidateConstraint
  | DropConstraint
  | RenameConstraint
  | SetTableOptions
  | SetPersistence
  | SetAccessMethod
  | SetTablespace
  | ClusterOn
  | SetTriggerState
  | SetRuleState
  | SetRowSecurity
  | SetReplicaIdentity
  | SetInheritance
  | AttachPartition
  | DetachPartition
  | SetOfType
  | CreateIndex
  | DropIndex
  | RenameIndex
  | AlterIndex
  | AttachIndex
  | Reindex
  | CreateEnum
  | AddEnumValue
  | RenameEnumValue
  | CreateDomain
  | AlterDomain
  | CreateType
  | AlterCompositeType
  | DropType
  | RenameType
  | CreateSequence
  | AlterSequence
  | DropSequence
  | CreateView
  | DropView
  | CreateMaterializedView
  | DropMaterializedView
  | RefreshMaterializedView
  | CreateFunction
  | DropFunction
  | AlterFunction
  | CreateTrigger
  | DropTrigger
  | CreateRule
  | DropRule
  | CreatePolicy
  | AlterPolicy
  | DropPolicy
  | Rename
  | SetSchema
  | ChangeOwner
  | DropObject
  | CommentOn
  | Grant
  | GrantRole
  | AlterDefaultPrivileges
  | CreateExtension
  | AlterExtension
  | Insert
  | Update
  | Delete
  | Merge
  | Truncate
  | Copy
  | Select
  | TransactionControl
  | SetVariable
  | LockTable
  | Vacuum
  | Analyze
  | Cluster
  | Do
  | Call
  | BodyTransactionControl
  | Opaque
  | Raise
  | ClusterWide
  | CreateRole
  | AlterRole
  | Publication
  | CreateStatistics
  | Other;

export type OperationKind = Operation['kind'];
export type OperationOf<Kind extends OperationKind> = Extract<Operation, { readonly kind: Kind }>;

// ── Loops ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A loop of a PL/pgSQL body and what matters about it for batches. */
export interface Loop {
  readonly statement: Statement;
  readonly place: Place;
  readonly form: 'loop' | 'while' | 'for-integer' | 'for-query' | 'for-cursor' | 'for-execute' | 'foreach';
  readonly parent: Loop | undefined;
  readonly run: Run;
  readonly label: string | undefined;
  /** Of WHILE. */
  readonly condition: BodyExpression | undefined;
  /** Of FOR over a query, where it can be read. */
  readonly query: Statement | undefined;
  /** Of FOR over integers. */
  readonly range: LoopRange | undefined;
  /** Of FOREACH. */
  readonly array: BodyExpression | undefined;
  /** The variables that FOR and FOREACH set. */
  readonly targets: readonly string[];
  /** True inside a block with an EXCEPTION clause: an error can be how the loop is left. */
  readonly guarded: boolean;
  /** Operations directly in this loop or in a branch of it, inner loops' left out, in order. With full names once they were replayed. */
  readonly operations: readonly Operation[];
  /** What a pass does, in order, as far as it can be reached. */
  readonly steps: readonly LoopStep[];
  readonly commits: boolean;
  readonly pauses: boolean;
  /** Variables of the body with their default's text, to read a batch size from. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The parameters among them: the caller says what they hold. */
  readonly parameters: ReadonlySet<string>;
  /** Those of inner blocks, and names that are declared twice: what they hold is not followed. */
  readonly unfollowed: ReadonlySet<string>;
  /** How often the body assigns a variable, anywhere in it. */
  readonly assigned: ReadonlyMap<string, number>;
  /** The last query before the loop that gave variables their values, if it surely ran and nothing can have left the body since. */
  readonly earlier: EarlierQuery | undefined;
}

/** A query before a loop, and those before it: `SELECT max(id) INTO last`, `last := (SELECT max(id) …)`. */
export interface EarlierQuery {
  readonly tree: Node | undefined;
  readonly into: readonly string[];
  readonly previous: EarlierQuery | undefined;
}

/** A step of a loop's pass. Names of variables are folded; a record's field counts as the record. */
export type LoopStep =
  /** A statement of SQL: `tree` is its parse tree. PERFORM is a SELECT. */
  | {
      readonly kind: 'statement';
      readonly tree: Node;
      readonly operations: readonly Operation[];
      readonly into: readonly string[];
      readonly strict: boolean;
    }
  /** EXECUTE; `operations` is what a constant does, or that it cannot be read. */
  | {
      readonly kind: 'execute';
      readonly operations: readonly Operation[];
      readonly into: readonly string[];
    }
  | { readonly kind: 'assign'; readonly variable: string; readonly expression: BodyExpression }
  /** GET DIAGNOSTICS: `item` in lower case, such as `row_count`. */
  | { readonly kind: 'diagnostics'; readonly variable: string; readonly item: string }
  /** EXIT, CONTINUE and RETURN. `leaves`: this loop, one around it, or a block with the label. */
  | {
      readonly kind: 'leave';
      readonly by: 'exit' | 'continue' | 'return';
      readonly leaves: 'this loop' | 'an outer loop' | 'a block';
      readonly condition: BodyExpression | undefined;
    }
  /** IF and CASE; the condition of ELSE is undefined, and `comparesValue` says that conditions are values to compare with. */
  | {
      readonly kind: 'branch';
      readonly comparesValue: boolean;
      readonly branches: readonly {
        readonly condition: BodyExpression | undefined;
        readonly steps: readonly LoopStep[];
      }[];
    }
  /** A block with an EXCEPTION clause. */
  | {
      readonly kind: 'block';
      readonly steps: readonly LoopStep[];
      readonly handlers: readonly (readonly LoopStep[])[];
    }
  | { readonly kind: 'loop'; readonly loop: Loop }
  | { readonly kind: 'commit' | 'rollback' }
  /** RAISE and ASSERT; `fails` where the script stops, or may stop. */
  | { readonly kind: 'raise'; readonly fails: boolean }
  /** OPEN, FETCH, MOVE and CLOSE. */
  | {
      readonly kind: 'cursor';
      readonly action: string;
      readonly into: readonly string[];
      readonly takesNext: boolean;
    }
  /** What could not be read, and RETURN NEXT. */
  | { readonly kind: 'other' };
