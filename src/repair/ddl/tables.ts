import type { Catalog, Column, Constraint, Index, Table, Trigger } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { ObjectName, PartitionKey } from '../../model/operations/types.ts';
import { columnText, notValidNotNull } from './columns.ts';
import { addConstraint, constraintText } from './constraints.ts';
import type { CreateHow } from './how.ts';
import { createIndex, elementText } from './indexes.ts';
import { commentOnColumn, constraintComment, indexComment, notesOf } from './notes.ts';
import { createPolicy, createRule, createTrigger } from './triggers.ts';
import { optionsText } from './words.ts';

/**
 * CREATE TABLE with what is the table's own: columns, keys, CHECKs and EXCLUDE constraints; then NOT VALID constraints, the bond to
 * its parents, and indexes. Foreign keys, triggers and the like come later: {@link foreignKeys}, {@link partsOfTable}. A partition is
 * made as a table by itself and attached, so that its constraints and indexes have the names that they had.
 */
export function createTable(table: Table, catalog: Catalog, how: CreateHow = {}): readonly string[] {
  const { partitionOf, name } = table;
  const keys = withoutRepeated(ownConstraints(table).filter(isKeptByCreate));
  return [
    createText(table, keys, catalog, how),
    ...ownColumns(table).flatMap((column) => notValidNotNull(table, column)),
    ...ownConstraints(table)
      .filter((one) => !keys.includes(one) && one.definition.type !== 'foreign key')
      .map((one) => addConstraint(name, one)),
    ...inheritedDefaults(table, catalog),
    ...plainIndexes(table, catalog).map((index) =>
      createIndex(name, index, { ifNotExists: how.again === true }),
    ),
    ...(partitionOf === undefined ? [] : [attachPartition(partitionOf.parent, table)]),
  ];
}

function createText(
  table: Table,
  keys: readonly Constraint[],
  catalog: Catalog,
  { again = false }: CreateHow,
): string {
  const { persistence, foreignServer, inherits, partitionBy, options } = table;
  const parts = [
    ...ownColumns(table).map((column) => columnText(table, column, catalog)),
    ...namedNotNulls(table),
    ...keys.map(constraintText),
  ];
  const lines = parts.length === 0 ? '()' : `(\n${parts.map((part) => `  ${part}`).join(',\n')}\n)`;
  const kind = foreignServer === undefined ? '' : 'FOREIGN ';
  return [
    `CREATE ${persistence === 'unlogged' ? 'UNLOGGED ' : ''}${kind}TABLE ${again ? 'IF NOT EXISTS ' : ''}${displayName(table.name)} ${lines}`,
    inherits.length === 0 ? '' : ` INHERITS (${inherits.map(displayName).join(', ')})`,
    partitionBy === undefined ? '' : ` PARTITION BY ${partitionKeyText(partitionBy)}`,
    foreignServer === undefined ? optionsText(options) : ` SERVER ${quoteIdentifier(foreignServer)}`,
  ].join('');
}

/** ALTER TABLE … ATTACH PARTITION. */
export function attachPartition(parent: ObjectName, partition: Table): string {
  const text = partition.partitionOf?.bound.text ?? 'DEFAULT';
  const bound = /^(?:DEFAULT|FOR\s+VALUES)\b/i.test(text) ? text : `FOR VALUES ${text}`;
  return `ALTER TABLE ${displayName(parent)} ATTACH PARTITION ${displayName(partition.name)} ${bound}`;
}

function partitionKeyText({ strategy, elements }: PartitionKey): string {
  return `${strategy.toUpperCase()} (${elements.map(elementText).join(', ')})`;
}

/** What a table has from its parents comes with INHERITS; a partition has all by itself before it is attached. */
function ownColumns(table: Table): readonly Column[] {
  return table.inherits.length === 0 ? table.columns : table.columns.filter((one) => one.local);
}

function ownConstraints(table: Table): readonly Constraint[] {
  return table.inherits.length === 0 ? table.constraints : table.constraints.filter((one) => one.local);
}

/** CREATE TABLE takes a NOT VALID constraint for a validated one, and foreign keys may need tables that come later. */
function isKeptByCreate({ definition, validated }: Constraint): boolean {
  const notEnforced = 'notEnforced' in definition && definition.notEnforced;
  return definition.type !== 'foreign key' && (validated || notEnforced);
}

/** NOT NULL constraints of columns that the table has from its parents, where they are not called as PostgreSQL would call them. */
function namedNotNulls(table: Table): readonly string[] {
  return table.columns.flatMap(({ name, local, notNullConstraint }) => {
    if (local || table.inherits.length === 0 || notNullConstraint?.local !== true) return [];
    if (notNullConstraint.name === `${table.name.name}_${name}_not_null`) return [];
    return [`CONSTRAINT ${quoteIdentifier(notNullConstraint.name)} NOT NULL ${quoteIdentifier(name)}`];
  });
}

/** CREATE TABLE makes one constraint of two over the same columns. */
function withoutRepeated(constraints: readonly Constraint[]): readonly Constraint[] {
  const seen = new Set<string>();
  return constraints.filter(({ definition }) => {
    if (definition.type !== 'unique' && definition.type !== 'primary key') return true;
    const key = definition.columns.join('\0');
    return !seen.has(key) && seen.add(key);
  });
}

/** Columns that came from a parent can have a default of their own. */
function inheritedDefaults(table: Table, catalog: Catalog): readonly string[] {
  if (table.inherits.length === 0) return [];
  const subject = `ALTER TABLE ${displayName(table.name)} ALTER COLUMN`;
  return table.columns.flatMap((column) => {
    if (column.local || column.generated !== undefined) return [];
    const parent = table.inherits
      .map((name) => catalog.table(name)?.columns.find((one) => one.name === column.name))
      .find((one) => one !== undefined);
    const name = quoteIdentifier(column.name);
    const changes: string[] = [];
    if (column.default !== undefined && column.default.text !== parent?.default?.text)
      changes.push(`${subject} ${name} SET DEFAULT ${column.default.text}`);
    if (column.default === undefined && parent?.default !== undefined)
      changes.push(`${subject} ${name} DROP DEFAULT`);
    if (column.notNull && parent?.notNull === false) changes.push(`${subject} ${name} SET NOT NULL`);
    return changes;
  });
}

/** The indexes that no constraint makes, without those that are not valid: of a partitioned table whose partitions lack them. */
function plainIndexes(table: Table, catalog: Catalog): readonly Index[] {
  return table.indexes.filter(
    (index) => index.constraint === undefined && !isInvalidOfParent(table, index, catalog),
  );
}

function isInvalidOfParent(table: Table, index: Index, catalog: Catalog): boolean {
  return !index.valid && table.partitionBy !== undefined && catalog.children(table.name).length > 0;
}

/** The foreign keys of a table: made when all tables are there. */
export function foreignKeys(table: Table): readonly string[] {
  return ownConstraints(table)
    .filter((one) => one.definition.type === 'foreign key' && !isOfParent(table, one))
    .map((one) => addConstraint(table.name, one));
}

/** A partition gets its parent's foreign keys when it is attached. */
function isOfParent(table: Table, { local }: Constraint): boolean {
  return table.partitionOf !== undefined && !local;
}

/** What else hangs on a table: indexes that are not valid, rules, triggers, row security, policies, comments, owner, privileges. */
export function partsOfTable(table: Table, catalog: Catalog, how: CreateHow = {}): readonly string[] {
  const { name } = table;
  const invalid = table.indexes.filter(
    (index) => index.constraint === undefined && isInvalidOfParent(table, index, catalog),
  );
  return [
    ...invalid.map((index) => createIndex(name, index, { only: true, ifNotExists: how.again === true })),
    ...table.rules.map((rule) => createRule(name, rule, how)),
    ...ownTriggers(table, catalog).flatMap((trigger) => createTrigger(name, trigger, how)),
    ...table.policies.flatMap((policy) => createPolicy(name, policy, how)),
    ...rowSecurity(table),
    ...table.columns.flatMap(({ name: column, comment }) =>
      comment === undefined ? [] : [commentOnColumn(name, column, comment)],
    ),
    ...table.constraints.flatMap((one) => constraintComment(name, one)),
    ...table.indexes.flatMap((one) => indexComment(name, one)),
    ...notesOf(table),
  ];
}

/** ENABLE and FORCE ROW LEVEL SECURITY, as far as the table has them. */
function rowSecurity({ name, rowSecurity: { enabled, forced } }: Table): readonly string[] {
  const subject = `ALTER TABLE ${displayName(name)}`;
  return [
    ...(enabled ? [`${subject} ENABLE ROW LEVEL SECURITY`] : []),
    ...(forced ? [`${subject} FORCE ROW LEVEL SECURITY`] : []),
  ];
}

/** A partition has its parent's row triggers from it. */
export function ownTriggers(table: Table, catalog: Catalog): readonly Trigger[] {
  const { partitionOf } = table;
  const parent = partitionOf === undefined ? undefined : catalog.table(partitionOf.parent);
  if (parent === undefined) return table.triggers;
  const isParents = (trigger: Trigger): boolean =>
    parent.triggers.some(
      (one) => one.forEach === 'row' && one.name === trigger.name && one.definition === trigger.definition,
    );
  return table.triggers.filter((trigger) => !isParents(trigger));
}
