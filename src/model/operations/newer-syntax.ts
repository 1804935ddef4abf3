import type { Constraint, Node } from '@pgsql/types';
import { stringsOf, visitNodes } from './parse-tree.ts';
import type { ColumnDefinition, ConstraintDefinition, Operation, OperationKind } from './types.ts';

/** Something that PostgreSQL understands from a version on. */
export interface NewerSyntax {
  /** The first major version that has it. */
  readonly since: number;
  /** In SQL's words, as the subject of a sentence: `NULLS NOT DISTINCT`. */
  readonly what: string;
}

interface Entry extends NewerSyntax {
  readonly kinds: readonly OperationKind[];
  readonly isIn: (operation: Operation, written: Written) => boolean;
}

/** A function of PostgreSQL's own that older versions lack. */
export interface NewerFunction {
  readonly since: number;
  readonly name: string;
}

/**
 * Functions that columns' defaults and data migrations call, with the version that brought them: release notes of PostgreSQL 14
 * to 18, «Functions». Recorded on servers of 13 to 18, as all of this file.
 */
const FUNCTIONS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    date_bin: 14,
    string_to_table: 14,
    trim_array: 14,
    bit_count: 14,
    range_agg: 14,
    regexp_count: 15,
    regexp_like: 15,
    regexp_substr: 15,
    regexp_instr: 15,
    array_shuffle: 16,
    array_sample: 16,
    any_value: 16,
    random_normal: 16,
    date_add: 16,
    pg_input_is_valid: 16,
    to_bin: 17,
    to_oct: 17,
    uuid_extract_timestamp: 17,
    uuid_extract_version: 17,
    uuidv4: 18,
    uuidv7: 18,
    array_sort: 18,
    array_reverse: 18,
    casefold: 18,
    crc32: 18,
  }),
);

const MULTIRANGES: ReadonlySet<string> = new Set([
  'int4multirange',
  'int8multirange',
  'nummultirange',
  'tsmultirange',
  'tstzmultirange',
  'datemultirange',
]);

const COLUMN_KINDS = ['CreateTable', 'AddColumn'] as const;
const CONSTRAINT_KINDS = ['CreateTable', 'AddColumn', 'AddConstraint'] as const;
const QUERY_KINDS = [
  'Select',
  'CreateView',
  'CreateMaterializedView',
  'CreateTableAs',
  'Insert',
  'Update',
  'Delete',
] as const;

const isAlways = (): boolean => true;

/** WITH … SEARCH or CYCLE, among the types of nodes. */
const CTE_CLAUSE = 'SEARCH or CYCLE';
const SUBQUERY_WITHOUT_ALIAS = 'a subquery without an alias';

/** Each with the release whose notes announce it (manual, appendix E: https://www.postgresql.org/docs/release/). */
const ENTRIES: readonly Entry[] = [
  entry(
    14,
    'CREATE OR REPLACE TRIGGER',
    ['CreateTrigger'],
    (op) => op.kind === 'CreateTrigger' && op.replace,
  ),
  entry(
    14,
    'DETACH PARTITION CONCURRENTLY',
    ['DetachPartition'],
    (op) => op.kind === 'DetachPartition' && (op.concurrently || op.finalize),
  ),
  entry(14, 'COMPRESSION of a column', [...COLUMN_KINDS, 'AlterColumnStorage'], (op, { columnNodes }) =>
    op.kind === 'AlterColumnStorage'
      ? op.setting === 'compression'
      : columnNodes.some(({ compression }) => (compression ?? '') !== ''),
  ),
  entry(
    14,
    'a function body in SQL (BEGIN ATOMIC, RETURN)',
    ['CreateFunction'],
    ({ statement: { tree } }) =>
      'CreateFunctionStmt' in tree && tree.CreateFunctionStmt.sql_body !== undefined,
  ),
  entry(14, 'a multirange type', [...COLUMN_KINDS, 'AlterColumnType'], (op, { columns }) =>
    op.kind === 'AlterColumnType'
      ? MULTIRANGES.has(op.type.name)
      : columns.some(({ type }) => MULTIRANGES.has(type.name)),
  ),
  entry(14, 'CREATE STATISTICS on an expression', ['CreateStatistics'], ({ statement: { tree } }) =>
    'CreateStatsStmt' in tree
      ? (tree.CreateStatsStmt.exprs ?? []).some(
          (one) => 'StatsElem' in one && one.StatsElem.expr !== undefined,
        )
      : false,
  ),
  entry(14, 'SEARCH and CYCLE', QUERY_KINDS, hasNode(CTE_CLAUSE)),
  entry(15, 'NULLS NOT DISTINCT', ['CreateIndex', ...CONSTRAINT_KINDS], (op, { constraints }) =>
    op.kind === 'CreateIndex'
      ? op.nullsNotDistinct
      : constraints.some((one) => 'nullsNotDistinct' in one && one.nullsNotDistinct),
  ),
  entry(15, 'MERGE', ['Merge'], isAlways),
  entry(
    15,
    'security_invoker of a view',
    ['CreateView'],
    (op) => op.kind === 'CreateView' && 'security_invoker' in op.options,
  ),
  entry(15, 'SET ACCESS METHOD', ['SetAccessMethod'], isAlways),
  entry(15, 'ON DELETE SET NULL of some columns', CONSTRAINT_KINDS, (_, { constraintNodes }) =>
    constraintNodes.some(({ fk_del_set_cols: columns }) => (columns ?? []).length > 0),
  ),
  entry(
    15,
    'an UNLOGGED sequence',
    ['CreateSequence'],
    (op) => op.kind === 'CreateSequence' && op.persistence === 'unlogged',
  ),
  entry(15, 'GRANT ON PARAMETER', ['Grant'], (op) => op.kind === 'Grant' && op.objectType === 'parameter'),
  entry(15, 'a publication of some rows or columns', ['Publication'], hasPublishedPart),
  entry(16, 'STORAGE of a column in CREATE TABLE', COLUMN_KINDS, (_, { columnNodes }) =>
    columnNodes.some(({ storage_name: storage }) => (storage ?? '') !== ''),
  ),
  entry(16, 'a subquery in FROM without an alias', QUERY_KINDS, hasNode(SUBQUERY_WITHOUT_ALIAS)),
  entry(
    16,
    'a JSON constructor of standard SQL (JSON_OBJECT, JSON_ARRAY, IS JSON)',
    QUERY_KINDS,
    hasNode(
      'JsonObjectConstructor',
      'JsonArrayConstructor',
      'JsonArrayQueryConstructor',
      'JsonObjectAgg',
      'JsonArrayAgg',
      'JsonIsPredicate',
    ),
  ),
  entry(17, 'SET EXPRESSION of a generated column', ['SetExpression'], isAlways),
  entry(
    17,
    'a JSON function of standard SQL (JSON_TABLE, JSON_VALUE, JSON_QUERY, JSON_EXISTS, JSON())',
    QUERY_KINDS,
    hasNode('JsonTable', 'JsonFuncExpr', 'JsonParseExpr', 'JsonScalarExpr', 'JsonSerializeExpr'),
  ),
  entry(17, 'MERGE … RETURNING', ['Merge'], ({ statement: { tree } }) => {
    const merge = 'MergeStmt' in tree ? (tree.MergeStmt as object) : {};
    return 'returningClause' in merge || 'returningList' in merge;
  }),
  entry(17, 'WHEN NOT MATCHED BY SOURCE', ['Merge'], ({ statement: { tree } }) =>
    'MergeStmt' in tree
      ? (tree.MergeStmt.mergeWhenClauses ?? []).some(
          (one) =>
            'MergeWhenClause' in one && one.MergeWhenClause.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE',
        )
      : false,
  ),
  entry(
    17,
    'the privilege MAINTAIN',
    ['Grant'],
    (op) => op.kind === 'Grant' && op.privileges.some((privilege) => privilege.toUpperCase() === 'MAINTAIN'),
  ),
  entry(18, 'a virtual generated column', COLUMN_KINDS, (_, { columns }) =>
    columns.some(({ generated }) => generated?.storage === 'virtual'),
  ),
  entry(18, 'NOT NULL as a constraint of the table', ['CreateTable', 'AddConstraint'], (_, { constraints }) =>
    constraints.some(({ type }) => type === 'not null'),
  ),
  entry(18, 'NOT ENFORCED', [...CONSTRAINT_KINDS, 'AlterConstraint'], (op, { constraints }) =>
    op.kind === 'AlterConstraint'
      ? op.enforced !== undefined
      : constraints.some((one) => 'notEnforced' in one && one.notEnforced),
  ),
  entry(18, 'WITHOUT OVERLAPS and PERIOD', CONSTRAINT_KINDS, (_, { constraintNodes }) =>
    constraintNodes.some(
      ({ without_overlaps: overlaps, fk_with_period: period }) => overlaps === true || period === true,
    ),
  ),
];

function entry(since: number, what: string, kinds: readonly OperationKind[], isIn: Entry['isIn']): Entry {
  return { since, what, kinds, isIn };
}

/** What several entries look at: put together once for an operation, when the first of them asks. */
class Written {
  readonly #operation: Operation;
  #columns: readonly ColumnDefinition[] | undefined;
  #constraints: readonly ConstraintDefinition[] | undefined;
  #columnNodes: readonly ColumnNode[] | undefined;
  #constraintNodes: readonly Constraint[] | undefined;
  #nodeTypes: ReadonlySet<string> | undefined;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  get columns(): readonly ColumnDefinition[] {
    return (this.#columns ??= columnsOf(this.#operation));
  }

  get constraints(): readonly ConstraintDefinition[] {
    return (this.#constraints ??= constraintsOf(this.#operation));
  }

  get columnNodes(): readonly ColumnNode[] {
    return (this.#columnNodes ??= columnNodes(this.#operation));
  }

  get constraintNodes(): readonly Constraint[] {
    return (this.#constraintNodes ??= constraintNodes(this.#operation));
  }

  /** The types of the nodes in its statement's parse tree, and what {@link CTE_CLAUSE} and {@link SUBQUERY_WITHOUT_ALIAS} stand for. */
  get nodeTypes(): ReadonlySet<string> {
    return (this.#nodeTypes ??= nodeTypesIn(this.#operation.statement.tree));
  }
}

/** By kind of operation, oldest first. */
const BY_KIND: ReadonlyMap<OperationKind, readonly Entry[]> = new Map(
  [...new Set(ENTRIES.flatMap(({ kinds }) => kinds))].map((kind) => [
    kind,
    ENTRIES.filter(({ kinds }) => kinds.includes(kind)),
  ]),
);

/** The kinds of operations that can hold newer syntax. */
export const newerSyntaxKinds: readonly OperationKind[] = [...BY_KIND.keys()];

/** Everything in the table, for tests and documentation. */
export const newerSyntaxes: readonly NewerSyntax[] = ENTRIES.map(({ since, what }) => ({ since, what }));

/** Every function in the table, for tests and documentation. */
export const newerFunctions: readonly NewerFunction[] = [...FUNCTIONS].map(([name, since]) => ({
  name,
  since,
}));

/**
 * The syntax in an operation that a version of PostgreSQL does not understand.
 *
 * @param version major version that is linted for.
 * @returns each once, oldest first.
 */
export function syntaxNewerThan(operation: Operation, version: number): readonly NewerSyntax[] {
  const entries = BY_KIND.get(operation.kind);
  if (entries === undefined) return [];
  const written = new Written(operation);
  return entries.filter(({ since, isIn }) => since > version && isIn(operation, written));
}

/**
 * The functions of PostgreSQL's own that an operation calls and a version lacks: in defaults, generated columns, and at the top of
 * a SELECT. A function of the user's can have such a name: whoever asks has to look.
 *
 * @param version major version that is linted for.
 */
export function functionsNewerThan(operation: Operation, version: number): readonly NewerFunction[] {
  const found = new Map<string, NewerFunction>();
  const note = (names: readonly string[]): void => {
    const name = names.at(-1) ?? '';
    const since = FUNCTIONS.get(name);
    const isOwn = names.length === 1 || names[0] === 'pg_catalog';
    if (since !== undefined && since > version && isOwn) found.set(name, { name, since });
  };
  for (const tree of calledIn(operation))
    visitNodes(tree, (type, fields) => {
      if (type === 'FuncCall') note(stringsOf(fields['funcname']));
    });
  if (operation.kind === 'Select')
    for (const { schema, name } of operation.calls) note(schema === undefined ? [name] : [schema, name]);
  return [...found.values()];
}

function calledIn(operation: Operation): readonly Node[] {
  if (operation.kind === 'SetDefault') return [operation.default.tree];
  return columnsOf(operation).flatMap((column) => {
    const expressions = [column.default, column.generated?.expression];
    return expressions.flatMap((expression) => expression?.tree ?? []);
  });
}

function columnsOf(operation: Operation): readonly ColumnDefinition[] {
  if (operation.kind === 'AddColumn') return [operation.column];
  return operation.kind === 'CreateTable' ? operation.columns : [];
}

function constraintsOf(operation: Operation): readonly ConstraintDefinition[] {
  if (operation.kind === 'AddConstraint') return [operation.constraint];
  const inline = columnsOf(operation).flatMap(({ constraints }) => constraints);
  return operation.kind === 'CreateTable' ? [...inline, ...operation.constraints] : inline;
}

interface ColumnNode {
  readonly compression?: string;
  readonly storage_name?: string;
  readonly constraints?: readonly Node[];
}

/** The column definitions of CREATE TABLE, or the one of an ALTER TABLE's action. */
function columnNodes(operation: Operation): readonly ColumnNode[] {
  return elementsOf(operation).flatMap((node) => ('ColumnDef' in node ? (node.ColumnDef as ColumnNode) : []));
}

function constraintNodes(operation: Operation): readonly Constraint[] {
  const inline = columnNodes(operation).flatMap(({ constraints }) => constraints ?? []);
  return [...elementsOf(operation), ...inline].flatMap((node) =>
    'Constraint' in node ? node.Constraint : [],
  );
}

function elementsOf({ statement: { tree }, action }: Operation): readonly Node[] {
  if ('CreateStmt' in tree) return tree.CreateStmt.tableElts ?? [];
  if (!('AlterTableStmt' in tree) || action === undefined) return [];
  const command = tree.AlterTableStmt.cmds?.[action];
  const definition =
    command !== undefined && 'AlterTableCmd' in command ? command.AlterTableCmd.def : undefined;
  return definition === undefined ? [] : [definition];
}

function hasNode(...types: readonly string[]): Entry['isIn'] {
  return (_, { nodeTypes }) => types.some((type) => nodeTypes.has(type));
}

function nodeTypesIn(tree: unknown): ReadonlySet<string> {
  const types = new Set<string>();
  visitNodes(tree, (type, fields) => {
    types.add(type);
    // SEARCH and CYCLE are fields, not nodes, where they stand.
    if (type === 'CommonTableExpr' && ('search_clause' in fields || 'cycle_clause' in fields))
      types.add(CTE_CLAUSE);
    if (type === 'RangeSubselect' && !('alias' in fields)) types.add(SUBQUERY_WITHOUT_ALIAS);
  });
  return types;
}

function hasPublishedPart({ statement: { tree } }: Operation): boolean {
  let found = false;
  visitNodes(tree, (type, fields) => {
    if (type === 'PublicationObjSpec') {
      const { pubtable } = fields as { pubtable?: { whereClause?: unknown; columns?: unknown } };
      found ||= pubtable?.whereClause !== undefined || pubtable?.columns !== undefined;
    }
    return !found;
  });
  return found;
}
