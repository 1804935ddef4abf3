import { columnTypePlace } from '../../model/history/new-columns.ts';
import { quoteIdentifier } from '../../model/operations/display-name.ts';
import type { AddColumn, ColumnDefinition, CreateTable } from '../../model/operations/types.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import { editFix } from '../edits/edit-fix.ts';
import { inCaseOf } from '../edits/keyword-case.ts';
import { replaceText } from '../edits/words.ts';
import type { Edit, FixRequest } from '../fix.ts';
import type { Migration, Project } from '../project.ts';

/** What the fix of a type is chosen by; the context of a rule is one. */
export interface TypeFixScene {
  readonly catalogAfterDeploy: Catalog;
  readonly deploy: readonly Migration[];
  readonly project: Project;
}

/** What is written in the place of a type: keywords in upper case, which take the case of what was there. */
export interface NewType {
  readonly type: string;
  /** What of the column's definition comes with it, such as a CHECK. */
  readonly clause?: string;
}

/**
 * The fix that gives columns of a new table another type. Unsafe: the schema becomes another. With Prisma the schema file says the type,
 * so that there is none.
 *
 * @param columns of the operation.
 * @param typeOf the new type of a column, whose type is written so now; undefined where it has none.
 * @param title a verb in the third person first.
 * @returns undefined where one of them cannot have it, and where something else counts on a type: keys of other tables, views, functions, generated columns.
 */
export function newTypeFix(
  operation: CreateTable | AddColumn,
  columns: readonly Pick<ColumnDefinition, 'name'>[],
  typeOf: (column: ColumnDefinition, written: string) => NewType | undefined,
  title: string,
  scene: TypeFixScene,
): FixRequest | undefined {
  const own = operation.kind === 'CreateTable' ? operation.columns : [operation.column];
  const edits: Edit[] = [];
  for (const column of own) {
    if (!columns.some(({ name }) => name === column.name)) continue;
    if (!isFree(operation, column, scene)) return undefined;
    const place = columnTypePlace(operation, column.name);
    const { source, span } = place;
    const chosen = typeOf(column, source.text.slice(span.start, span.end));
    if (chosen === undefined) return undefined;
    const { type, clause } = chosen;
    const rest = clause === undefined ? '' : ` ${inCaseOf(operation.statement, clause)}`;
    edits.push(...(replaceText(place, `${inCaseOf(place, type)}${rest}`) ?? []));
  }
  return editFix('unsafe', title, edits);
}

/** Whether nothing that is known of counts on the column's type. */
function isFree(
  { table }: CreateTable | AddColumn,
  { name: column, type }: ColumnDefinition,
  { catalogAfterDeploy, deploy, project }: TypeFixScene,
): boolean {
  if (project.layout === 'prisma') return false;
  const known = catalogAfterDeploy.table(table);
  const own = known?.columns.find(({ name }) => name === column);
  if (known === undefined || own === undefined || own.type.name !== type.name) return false;
  const isKey = known.constraints.some(
    ({ definition }) => definition.type === 'foreign key' && definition.columns.includes(column),
  );
  const isReferred = catalogAfterDeploy
    .referencing(known.name)
    .some(
      ({ constraint: { definition } }) =>
        definition.type === 'foreign key' && definition.referencedColumns.includes(column),
    );
  const isRead = catalogAfterDeploy.readers(known.name).length > 0;
  const isComputed = known.columns.some(({ generated }) => generated !== undefined);
  const hasCode = deploy.some(({ operations }) => operations.some(({ kind }) => kind === 'CreateFunction'));
  return !isKey && !isReferred && !isRead && !isComputed && !hasCode && known.partitionBy === undefined;
}

/** `text` with a CHECK of the length that the type allowed. */
export function textWithLimit({ name, type }: ColumnDefinition): NewType | undefined {
  if (type.arrayDimensions > 0) return undefined;
  const limit = type.modifiers[0] ?? (type.name === 'character' ? '1' : undefined);
  if (limit === undefined) return { type: 'TEXT' };
  return { type: 'TEXT', clause: `CHECK (char_length(${quoteIdentifier(name)}) <= ${limit})` };
}

/** A type with the array brackets that a column's type has. */
export function withBrackets(type: string, column: Pick<ColumnDefinition, 'type'>): NewType {
  return { type: `${type}${'[]'.repeat(column.type.arrayDimensions)}` };
}
