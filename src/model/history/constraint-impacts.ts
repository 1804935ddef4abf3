import type { Constraint, Table } from '../catalog/types.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import { isSameObject } from '../operations/same-object.ts';
import type {
  ConstraintDefinition,
  CreateIndex,
  DropConstraint,
  DropIndex,
  ObjectName,
} from '../operations/types.ts';
import { columnExistedBefore } from './data-loss.ts';
import {
  relaxes,
  setNotNull,
  tightens,
  tunes,
  type Impact,
  type ImpactScene,
  type ImpactTable,
} from './impact.ts';

/** ALTER TABLE's actions on constraints, and the indexes that can be unique. */
export const constraintImpacts: ImpactTable<
  | 'AddConstraint'
  | 'AlterConstraint'
  | 'ValidateConstraint'
  | 'DropConstraint'
  | 'RenameConstraint'
  | 'CreateIndex'
  | 'DropIndex'
> = {
  AddConstraint: ({ table, constraint }, scene) => addConstraint(table, constraint, scene),
  AlterConstraint: ({ table, constraint, enforced }, { existed }) => {
    const what = `the constraint ${quoteIdentifier(constraint)} of ${displayName(table)}`;
    if (existed(table) === undefined) return undefined;
    return enforced === true ? tightens(`enforces ${what}`) : tunes(`changes ${what}`);
  },
  ValidateConstraint: ({ table, constraint }) =>
    tunes(`validates the constraint ${quoteIdentifier(constraint)} of ${displayName(table)}`),
  DropConstraint: dropConstraint,
  RenameConstraint: ({ table, constraint }) =>
    tunes(`renames the constraint ${quoteIdentifier(constraint)} of ${displayName(table)}`),
  CreateIndex: createIndex,
  DropIndex: dropIndex,
};

function addConstraint(
  table: ObjectName,
  constraint: ConstraintDefinition,
  scene: ImpactScene,
): Impact | undefined {
  const old = scene.existed(table);
  if (old === undefined) return undefined;
  if (constraint.type === 'not null') return setNotNull(table, constraint.column, scene);
  const text = `adds ${withArticle(constraint.type)} to ${displayName(table)}`;
  const columns = 'columns' in constraint ? constraint.columns : [];
  return hasNewColumn(columns, old, table, scene) || guarantees(old, constraint)
    ? tunes(text)
    : tightens(`${text}: writes of running code that violate it fail`);
}

function withArticle(type: ConstraintDefinition['type']): string {
  if (type === 'exclude') return 'an exclusion constraint';
  return `a ${type === 'unique' || type === 'check' ? type.toUpperCase() : type} constraint`;
}

/** Running code leaves a new column NULL, which no key and no foreign key over it looks at. */
function hasNewColumn(
  columns: readonly (string | undefined)[],
  old: Table,
  table: ObjectName,
  { before }: ImpactScene,
): boolean {
  const now = before.table(table);
  return columns.some((column) => column !== undefined && !columnExistedBefore(old, now, column));
}

/** Whether a table refuses all that a constraint would refuse: it has the same foreign key, or one that is unique over fewer columns. */
function guarantees({ constraints, indexes }: Table, constraint: ConstraintDefinition): boolean {
  switch (constraint.type) {
    case 'foreign key':
      return constraints.some(({ definition }) => isSameForeignKey(definition, constraint));
    case 'unique':
    case 'primary key':
      return indexes.some((index) => isUniqueWithin(index, constraint.columns));
    default:
      return false;
  }
}

function isSameForeignKey(
  one: ConstraintDefinition,
  other: Extract<ConstraintDefinition, { type: 'foreign key' }>,
): boolean {
  return (
    one.type === 'foreign key' &&
    one.columns.join() === other.columns.join() &&
    isSameObject(one.references, other.references)
  );
}

function isUniqueWithin(
  { unique, where, elements }: Table['indexes'][number],
  columns: readonly (string | undefined)[],
): boolean {
  return (
    unique &&
    where === undefined &&
    elements.every(({ column }) => column !== undefined && columns.includes(column))
  );
}

/** What goes with its table, its columns or the table that it refers to, or is made again, allows nothing new. */
function dropConstraint({ table, constraint }: DropConstraint, scene: ImpactScene): Impact | undefined {
  const known = scene.existed(table)?.constraints.find(({ name }) => name === constraint);
  const isWholly = scene.before.table(table)?.certainty === 'certain';
  if (known === undefined ? isWholly : goesAnyway(known, table, scene)) return undefined;
  const text = `the constraint ${quoteIdentifier(constraint)} of ${displayName(table)}`;
  const after = scene.after.table(table);
  if (known !== undefined && after !== undefined && guarantees(after, known.definition))
    return tunes(`makes ${text} anew`);
  return { ...relaxes(`drops ${text}`), phase: 'none' };
}

function goesAnyway({ definition }: Constraint, table: ObjectName, { after }: ImpactScene): boolean {
  const now = after.table(table);
  if (now === undefined) return true;
  if (definition.type === 'foreign key' && after.table(definition.references) === undefined) return true;
  const columns = 'columns' in definition ? definition.columns : [];
  return !columns.every((column) => now.columns.some(({ name }) => name === column));
}

function createIndex(
  { table, unique, elements, where }: CreateIndex,
  scene: ImpactScene,
): Impact | undefined {
  const old = scene.existed(table);
  if (old === undefined) return undefined;
  const text = `adds ${unique ? 'a unique index' : 'an index'} to ${displayName(table)}`;
  const columns = elements.map(({ column }) => column);
  const refusesNothing =
    !unique ||
    hasNewColumn(columns, old, table, scene) ||
    (where === undefined && old.indexes.some((index) => isUniqueWithin(index, columns)));
  return refusesNothing ? tunes(text) : tightens(`${text}: writes of running code that repeat a value fail`);
}

function dropIndex({ index }: DropIndex, scene: ImpactScene): Impact | undefined {
  const known = scene.before.index(index);
  if (known?.on.kind === 'table' && scene.existed(known.on.name) === undefined) return undefined;
  const text = `drops the index ${displayName(index)}`;
  const columns = known?.index.elements.map(({ column }) => column) ?? [];
  const after = known === undefined ? undefined : scene.after.table(known.on.name);
  const isLost = columns.some((column) => after?.columns.every(({ name }) => name !== column) === true);
  const isKept = after?.indexes.some((one) => isUniqueWithin(one, columns)) === true;
  const allowsMore = known?.index.unique === true && !isLost && !isKept;
  return allowsMore ? { ...relaxes(text), phase: 'none' } : tunes(text);
}
