import type { ConstraintDefinition, Expression, ObjectName, Operation } from '../operations/types.ts';
import { stringsOf, visitNodes } from '../operations/parse-tree.ts';
import type { Catalog } from './types.ts';

/** A column that an expression names, and the table that it can only be of. */
export interface NamedColumn {
  readonly of: ObjectName;
  readonly column: string;
  /** True if the table is only there, or only has the column, after the operation. */
  readonly after: boolean;
}

/**
 * The columns that an operation's expressions name, where they can only be of one table: CHECKs, index keys and predicates,
 * generated columns, policies, and the clauses of an UPDATE or DELETE that reads no other table. What a subquery names is left out.
 *
 * @param operation of a script, not of a body: there a name can be a variable.
 * @param catalog the schema just before it: a view's columns are not judged.
 */
export function namedColumns(operation: Operation, catalog: Catalog): readonly NamedColumn[] {
  const { on, expressions, after } = expressionsOf(operation);
  if (on === undefined || expressions.length === 0) return [];
  if (!after && catalog.table(on) === undefined) return [];
  const names = new Set<string>();
  for (const { tree } of expressions) for (const name of unqualifiedColumns(tree)) names.add(name);
  // A table's own name stands for its whole row.
  names.delete(on.name);
  return [...names].map((column) => ({ of: on, column, after }));
}

interface Expressions {
  readonly on: ObjectName | undefined;
  readonly expressions: readonly Pick<Expression, 'tree'>[];
  readonly after: boolean;
}

const none: Expressions = { on: undefined, expressions: [], after: false };

const present = <Value>(...values: readonly (Value | undefined)[]): readonly Value[] =>
  values.filter((value) => value !== undefined);

function expressionsOf(operation: Operation): Expressions {
  switch (operation.kind) {
    case 'CreateIndex': {
      const keys = operation.elements.flatMap(({ expression }) => expression ?? []);
      return { on: operation.table, expressions: [...keys, ...present(operation.where)], after: false };
    }
    case 'AddConstraint':
      return { on: operation.table, expressions: checksOf([operation.constraint]), after: false };
    case 'AddColumn': {
      const { generated, constraints } = operation.column;
      const expressions = [...present(generated?.expression), ...checksOf(constraints)];
      return { on: operation.table, expressions, after: true };
    }
    case 'CreateTable': {
      const { columns, constraints } = operation;
      const inline = columns.flatMap((column) => column.constraints);
      const generated = columns.flatMap((column) => column.generated?.expression ?? []);
      const expressions = [...generated, ...checksOf([...inline, ...constraints])];
      return { on: operation.table, expressions, after: true };
    }
    case 'CreatePolicy':
    case 'AlterPolicy':
      return {
        on: operation.table,
        expressions: present(operation.using, operation.withCheck),
        after: false,
      };
    case 'Update': {
      const { UpdateStmt: written } = operation.statement.tree as {
        UpdateStmt?: {
          fromClause?: unknown;
          withClause?: unknown;
          whereClause?: Expression['tree'];
          relation?: { alias?: unknown };
        };
      };
      if (written === undefined || written.fromClause !== undefined || written.withClause !== undefined)
        return none;
      const values = operation.assignments.flatMap(({ expression }) => expression ?? []);
      const where = present(written.whereClause).map((tree) => ({ tree }));
      return { on: operation.table, expressions: [...values, ...where], after: false };
    }
    case 'Delete': {
      const { DeleteStmt: written } = operation.statement.tree as {
        DeleteStmt?: { usingClause?: unknown; withClause?: unknown; whereClause?: Expression['tree'] };
      };
      if (written === undefined || written.usingClause !== undefined || written.withClause !== undefined)
        return none;
      return {
        on: operation.table,
        expressions: present(written.whereClause).map((tree) => ({ tree })),
        after: false,
      };
    }
    default:
      return none;
  }
}

function checksOf(constraints: readonly ConstraintDefinition[]): readonly Expression[] {
  return constraints.flatMap((constraint) => (constraint.type === 'check' ? [constraint.expression] : []));
}

/** The columns of a key, an EXCLUDE or a NOT NULL constraint; an expression's are not among them. */
export function keyColumnReferences(constraint: ConstraintDefinition): readonly string[] {
  switch (constraint.type) {
    case 'primary key':
    case 'unique':
      return [...constraint.columns, ...constraint.include];
    case 'foreign key':
      return constraint.columns;
    case 'not null':
      return [constraint.column];
    case 'exclude':
      return constraint.elements.flatMap(({ column }) => column ?? []);
    case 'check':
      return [];
    default:
      return constraint satisfies never;
  }
}

function unqualifiedColumns(tree: unknown): readonly string[] {
  const found: string[] = [];
  visitNodes(tree, (type, fields) => {
    if (type === 'SubLink' || type === 'SelectStmt') return false;
    if (type !== 'ColumnRef') return true;
    const names = stringsOf(fields['fields']);
    const [name] = names;
    if (names.length === 1 && name !== undefined && name !== '*') found.push(name);
    return true;
  });
  return found;
}
