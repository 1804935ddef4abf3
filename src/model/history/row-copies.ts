import type { Node, RangeVar, ResTarget, SelectStmt } from '@pgsql/types';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import { fieldsOf } from '../operations/nodes.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Operation, Query, Update } from '../operations/types.ts';

/** A table, or one column of it. */
export interface RowPlace {
  readonly table: ObjectName;
  /** Undefined for the whole table. */
  readonly column: string | undefined;
}

/** Values that an operation took from one place and wrote, as they are or changed, to another. */
export interface CopiedValues {
  readonly from: RowPlace;
  readonly to: RowPlace;
}

/**
 * The values that an operation copies: CREATE TABLE AS, INSERT … SELECT, and UPDATE from a column of the row or of another
 * table. A value that goes into an expression counts as copied.
 *
 * @param operation with resolved names.
 * @returns one entry for each pair of places. A column that nobody qualified counts for each table that the query reads.
 */
export function copiesIn(operation: Operation): readonly CopiedValues[] {
  switch (operation.kind) {
    case 'CreateTableAs':
      return operation.withData ? queryCopies(operation.query, operation.table, operation.columnNames) : [];
    case 'Insert':
      return operation.query === undefined
        ? []
        : queryCopies(operation.query, operation.table, operation.columns);
    case 'Update':
      return updateCopies(operation);
    default:
      return [];
  }
}

function queryCopies(query: Query, table: ObjectName, columns: readonly string[]): readonly CopiedValues[] {
  if (query.reads.length === 0) return [];
  const aliases = new Map<string, ObjectName>();
  for (const [alias, written] of aliasesIn(query.tree)) {
    const full = query.reads.find((name) => isSameObject(name, written));
    if (full !== undefined) aliases.set(alias, full);
  }
  return selectsOf(fieldsOf(query.tree, 'SelectStmt')).flatMap((select) =>
    (select.targetList ?? []).flatMap((node, index) => {
      const target = fieldsOf(node, 'ResTarget');
      return referencesIn(target?.val).flatMap(({ qualifier, column }) =>
        sourcesOf(qualifier, aliases, query.reads).map((source) => ({
          from: { table: source, column: column === '*' ? undefined : column },
          to: { table, column: columns[index] ?? outputName(target) },
        })),
      );
    }),
  );
}

/**
 * An UPDATE takes values from its own row, and from the tables of its FROM and its subqueries. The columns that these are
 * joined by count too: `SET a = b.id FROM b WHERE b.x = t.y` keeps what b.x said.
 */
function updateCopies(operation: Update): readonly CopiedValues[] {
  const { table, assignments } = operation;
  const computed = assignments.filter(({ form }) => form === 'column' || form === 'expression');
  if (computed.length === 0) return [];
  const { foreign, own: ownNames } = tablesRead(operation);
  const joins = foreign.size === 0 ? [] : joinReferences(operation.statement.tree);
  return computed.flatMap(({ column, reads, expression }, index) => {
    const to = { table, column };
    const own = reads.map((read) => ({ from: { table, column: read }, to }));
    if (foreign.size === 0) return own;
    const references = [...referencesIn(expression?.tree), ...(index === 0 ? joins : [])];
    return [
      ...own,
      ...references.flatMap((reference) => {
        const { qualifier } = reference;
        const isOwn = qualifier === undefined ? reads.includes(reference.column) : ownNames.has(qualifier);
        const sources = isOwn ? [table] : sourcesOf(qualifier, foreign, [...foreign.values()]);
        return sources.map((source) => ({ from: { table: source, column: reference.column }, to }));
      }),
    ];
  });
}

/** The tables that an UPDATE reads by the names that columns are qualified with: its own, and others. */
function tablesRead({ statement, table, from }: Update): {
  readonly own: ReadonlySet<string>;
  readonly foreign: ReadonlyMap<string, ObjectName>;
} {
  const own = new Set([table.name]);
  visitNodes(statement.tree, (type, fields) => {
    const relation = type === 'UpdateStmt' ? (fields['relation'] as RangeVar | undefined) : undefined;
    if (relation?.alias?.aliasname !== undefined) own.add(relation.alias.aliasname);
  });
  const foreign = new Map<string, ObjectName>();
  for (const [alias, written] of aliasesIn(statement.tree)) {
    if (own.has(alias)) continue;
    const full = from.find((name) => isSameObject(name, written));
    // A table of a subquery has not been looked up: the updated table's schema is the likeliest.
    foreign.set(alias, full ?? { schema: written.schema ?? table.schema, name: written.name });
  }
  return { own, foreign };
}

function joinReferences(statement: Node): readonly Reference[] {
  const references: Reference[] = [];
  visitNodes(statement, (type, fields) => {
    if (type === 'UpdateStmt') references.push(...referencesIn(fields['whereClause'] as Node | undefined));
    if (type === 'JoinExpr') references.push(...referencesIn(fields['quals'] as Node | undefined));
  });
  return references.filter(({ qualifier }) => qualifier !== undefined);
}

/** The SELECTs whose rows a query gives: itself, or the arms of its UNION. */
function selectsOf(select: SelectStmt | undefined): readonly SelectStmt[] {
  if (select === undefined) return [];
  return select.larg === undefined ? [select] : [...selectsOf(select.larg), ...selectsOf(select.rarg)];
}

function outputName(target: ResTarget | undefined): string | undefined {
  const reference = fieldsOf(target?.val, 'ColumnRef');
  const name = target?.name ?? stringsOf(reference?.fields).at(-1);
  return name === '*' ? undefined : name;
}

interface Reference {
  readonly qualifier: string | undefined;
  readonly column: string;
}

function referencesIn(tree: Node | undefined): readonly Reference[] {
  const found: Reference[] = [];
  visitNodes(tree, (type, fields) => {
    if (type !== 'ColumnRef') return;
    const names = stringsOf(fields['fields']);
    found.push({ qualifier: names.at(-2), column: names.at(-1) ?? '' });
  });
  return found;
}

/** The tables of all FROM clauses as written, by the name that columns are qualified with. */
function aliasesIn(tree: Node): ReadonlyMap<string, ObjectName> {
  const aliases = new Map<string, ObjectName>();
  visitNodes(tree, (type, fields) => {
    if (type !== 'RangeVar') return;
    const { schemaname, relname, alias } = fields as {
      readonly schemaname?: string;
      readonly relname?: string;
      readonly alias?: { readonly aliasname?: string };
    };
    aliases.set(alias?.aliasname ?? relname ?? '', { schema: schemaname, name: relname ?? '' });
  });
  return aliases;
}

/** Where a column comes from: its qualifier's table; any table where there is no qualifier, or a subquery's or WITH's. */
function sourcesOf(
  qualifier: string | undefined,
  aliases: ReadonlyMap<string, ObjectName>,
  tables: readonly ObjectName[],
): readonly ObjectName[] {
  const source = qualifier === undefined ? undefined : aliases.get(qualifier);
  return source === undefined ? tables : [source];
}
