import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import { fieldsOf } from '../operations/nodes.ts';
import type { ObjectName } from '../operations/types.ts';
import type { BodyExpression, BodyNode, Statement } from '../../input/sql/types.ts';
import { columnsIn, keepsValue, type FoundTie } from './ties.ts';

/**
 * What a trigger keeps in step: a column that gets another column's value (`NEW.display_name := NEW.username`), and another
 * table that gets the row (`INSERT INTO users_v2 … VALUES (NEW.id, …)`).
 *
 * @param definition CREATE FUNCTION of the trigger's function; its body is read.
 * @param table the trigger's table, resolved. Names in the body that nobody qualified get its schema.
 */
export function dualWrites(definition: Statement, table: ObjectName): readonly FoundTie[] {
  const ties: FoundTie[] = [];
  visitBody(definition.body()?.nodes ?? [], (node) => {
    if (node.kind === 'assign') ties.push(...assignedColumn(node.variable, node.expression, table));
    if (node.kind === 'sql') ties.push(...writtenTables(node.statement, table));
  });
  return ties;
}

function visitBody(nodes: readonly BodyNode[], visit: (node: BodyNode) => void): void {
  for (const node of nodes) {
    visit(node);
    if (node.kind === 'block') {
      visitBody(node.nodes, visit);
      for (const handler of node.handlers) visitBody(handler.nodes, visit);
    }
    if (node.kind === 'loop') visitBody(node.nodes, visit);
    if (node.kind === 'if') for (const branch of node.branches) visitBody(branch.nodes, visit);
  }
}

function assignedColumn(variable: string, { tree }: BodyExpression, table: ObjectName): readonly FoundTie[] {
  const column = columnOfNew(variable);
  const [target] = fieldsOf(tree, 'SelectStmt')?.targetList ?? [];
  const value = fieldsOf(target, 'ResTarget')?.val;
  const read = columnsIn(value);
  const [source, ...others] = new Set(read.map(({ name }) => name));
  const isOfNew = read.every(({ qualifier }) => qualifier === 'new');
  if (column === undefined || source === undefined || others.length > 0 || !isOfNew) return [];
  return [
    {
      kind: 'trigger',
      from: { table, column: source },
      to: { table, column },
      values: keepsValue(value) ? 'kept' : 'computed',
      lookup: false,
      columns: 1,
    },
  ];
}

/** The column of `NEW.column`, folded as PostgreSQL folds it; undefined for every other variable. */
function columnOfNew(variable: string): string | undefined {
  const match = /^new\s*\.\s*(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))$/iu.exec(variable.trim());
  return match?.[1]?.replaceAll('""', '"') ?? match?.[2]?.toLowerCase();
}

/** Other tables that an INSERT or UPDATE of a trigger's body writes values of the row into. */
function writtenTables(statement: Statement, table: ObjectName): readonly FoundTie[] {
  const { tree } = statement;
  const relation = (fieldsOf(tree, 'InsertStmt') ?? fieldsOf(tree, 'UpdateStmt'))?.relation;
  if (relation?.relname === undefined) return [];
  const written = { schema: relation.schemaname ?? table.schema, name: relation.relname };
  if (written.name === table.name && written.schema === table.schema) return [];
  const columns = new Set<string>();
  let whole = false;
  visitNodes(tree, (type, fields) => {
    if (type !== 'ColumnRef') return;
    const names = stringsOf(fields['fields']);
    if (names[0] !== 'new') return;
    if (names[1] === '*') whole = true;
    columns.add(names[1] ?? '');
  });
  if (columns.size === 0) return [];
  return [
    {
      kind: 'trigger',
      from: { table, column: undefined },
      to: { table: written, column: undefined },
      values: 'kept',
      lookup: false,
      columns: whole ? Infinity : columns.size,
    },
  ];
}
