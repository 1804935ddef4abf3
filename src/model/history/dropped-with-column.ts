import { columnsIn, usesColumn } from '../catalog/expressions.ts';
import type { Index, Origin, Table } from '../catalog/types.ts';
import { constraintUses, indexUses } from '../catalog/uses.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import type { ConstraintDefinition } from '../operations/types.ts';

/** A constraint or index that goes with a column. */
export interface DroppedPart {
  readonly kind: 'primary key' | 'unique' | 'foreign key' | 'check' | 'exclude' | 'index';
  readonly name: string;
  /** For people: `UNIQUE "Member_teamId_email_key" over "teamId", email`. */
  readonly text: string;
  /** The table's other columns that it is about, in its own order. */
  readonly others: readonly string[];
}

/**
 * What PostgreSQL drops along with a column, without CASCADE and without a word, and what is about more than that column: keys,
 * CHECKs and indexes over several columns, also those that only name the column in their WHERE or INCLUDE; and the primary
 * key in any case, since the table's rows are told apart by it. What only served the dropped column is no loss, nor is an index
 * that is not unique and has the column first.
 *
 * @param table the table just before.
 * @param column the column that is dropped.
 * @returns of what the catalog is not certain of, nothing.
 */
export function droppedWithColumn(table: Table, column: string): readonly DroppedPart[] {
  const constraints = table.constraints.flatMap(({ certainty, definition, name }): DroppedPart[] => {
    if (certainty !== 'certain' || !constraintUses(definition, column) || stopsDrop(definition, column))
      return [];
    const columns = constraintColumns(definition, table);
    const others = columns.filter((one) => one !== column);
    if (definition.type === 'not null' || (others.length === 0 && definition.type !== 'primary key'))
      return [];
    const text = `${constraintText(definition)} ${quoteIdentifier(name)}${over(columns)}`;
    return [{ kind: definition.type, name, text, others }];
  });
  const indexes = table.indexes.flatMap((index): DroppedPart[] => {
    const { certainty, constraint, name } = index;
    if (certainty !== 'certain' || constraint !== undefined || !indexUses(index, column)) return [];
    const columns = indexColumns(index, table);
    const others = columns.filter((one) => one !== column);
    if (others.length === 0 || (!index.unique && columns[0] === column)) return [];
    const text = `the ${index.unique ? 'unique ' : ''}index ${quoteIdentifier(name)}${over(columns)}`;
    return [{ kind: index.unique ? 'unique' : 'index', name, text, others }];
  });
  return [...constraints, ...indexes];
}

/**
 * Of what goes with a column ({@link droppedWithColumn}) that which is missed once the deploy has run: it was about columns that
 * stay, and the deploy makes nothing like it over them. A primary key is missed in any case.
 *
 * @param end the table as the deploy leaves it.
 * @param isMadeByDeploy whether the deploy made a constraint or an index.
 */
export function missedWithColumn(
  table: Table,
  column: string,
  end: Table,
  isMadeByDeploy: (object: { readonly origin: Origin }) => boolean,
): readonly DroppedPart[] {
  const stays = ({ kind, others }: DroppedPart): boolean =>
    kind === 'primary key' || end.columns.some(({ name }) => others.includes(name));
  return droppedWithColumn(table, column).filter(
    (part) => stays(part) && !isMadeAnew(part, end, isMadeByDeploy),
  );
}

function isMadeAnew(
  { kind, others }: DroppedPart,
  { constraints, indexes }: Table,
  isNew: (object: { readonly origin: Origin }) => boolean,
): boolean {
  const isAbout = (columns: readonly (string | undefined)[]): boolean =>
    columns.some((name) => name !== undefined && others.includes(name));
  switch (kind) {
    case 'primary key':
      return constraints.some(({ definition }) => definition.type === 'primary key');
    case 'index':
      return indexes.some(({ elements }) => elements[0]?.column === others[0]);
    case 'unique':
      return indexes.some(
        (index) => index.unique && isNew(index) && isAbout(index.elements.map((key) => key.column)),
      );
    case 'foreign key':
      return constraints.some(
        (one) => one.definition.type === kind && isNew(one) && isAbout(one.definition.columns),
      );
    case 'check':
    case 'exclude':
      return constraints.some((one) => one.definition.type === kind && isNew(one));
    default:
      return kind satisfies never;
  }
}

/** Whether PostgreSQL refuses the DROP (2BP01): a column in an expression of EXCLUDE is no longer a key of it. */
function stopsDrop(definition: ConstraintDefinition, column: string): boolean {
  return (
    definition.type === 'exclude' &&
    (usesColumn(definition.where, column) ||
      definition.elements.some(({ expression }) => usesColumn(expression, column)))
  );
}

function constraintText(definition: ConstraintDefinition): string {
  switch (definition.type) {
    case 'primary key':
      return 'the primary key';
    case 'unique':
      return 'UNIQUE';
    case 'foreign key':
      return `the foreign key to ${displayName(definition.references)}`;
    case 'check':
      return 'CHECK';
    case 'exclude':
      return 'the exclusion constraint';
    case 'not null':
      return 'NOT NULL';
    default:
      return definition satisfies never;
  }
}

const over = (columns: readonly string[]): string =>
  ` over ${columns.map((column) => quoteIdentifier(column)).join(', ')}`;

function constraintColumns(definition: ConstraintDefinition, table: Table): readonly string[] {
  switch (definition.type) {
    case 'primary key':
    case 'unique':
      return unique([...definition.columns, ...definition.include]);
    case 'foreign key':
      return definition.columns;
    case 'check':
      return columnsIn(definition.expression, table.columns);
    case 'exclude':
      return elementColumns(definition.elements, definition.where, table);
    case 'not null':
      return [definition.column];
    default:
      return definition satisfies never;
  }
}

/** The columns of an index: its keys first, then those in INCLUDE and WHERE. */
function indexColumns({ elements, include, where }: Index, table: Table): readonly string[] {
  return unique([...elementColumns(elements, undefined, table), ...include, ...namedIn(where, table)]);
}

function elementColumns(elements: Index['elements'], where: Index['where'], table: Table): readonly string[] {
  const keys = elements.flatMap(({ column, expression }) =>
    column === undefined ? namedIn(expression, table) : [column],
  );
  return unique([...keys, ...namedIn(where, table)]);
}

const namedIn = (expression: Index['where'], { columns }: Table): readonly string[] =>
  expression === undefined ? [] : columnsIn(expression, columns);

const unique = (columns: readonly string[]): readonly string[] => [...new Set(columns)];
