import type { Catalog, Table } from '../catalog/types.ts';
import { displayName } from '../operations/display-name.ts';
import type { ConstraintDefinition, ObjectName, Operation } from '../operations/types.ts';
import { wordsOf } from './name-similarity.ts';

/** Tables that a migration changes and that have to do with each other. */
export interface ChangeGroup {
  /** In the order of the operations. */
  readonly tables: readonly ObjectName[];
  /** The first operation on one of them. */
  readonly first: Operation;
}

/**
 * The tables that a migration changes, those together that have to do with each other.
 *
 * Two tables belong together if a foreign key, a partition or inheritance connects them, before or after; if one statement names
 * both; if both are made or dropped by the migration; if the same is done to both (a column of the same name, SET NOT NULL, an index
 * each, row security …); or if their names, or those of the columns that change, have a word in common (`invoices`,
 * `invoice_lines`), or each one with the migration's name, unless that says AND.
 * Functions' bodies are not done now, and do not count.
 *
 * @param operations of one migration.
 * @param before the schema before the migration.
 * @param after the schema after it.
 * @param name what the migration is called, such as `persistent_activity_queue`.
 * @returns the groups in the order of their first operation; one for a migration that is about one thing.
 */
export function changeGroups(
  operations: readonly Operation[],
  before: Catalog,
  after: Catalog,
  name = '',
): readonly ChangeGroup[] {
  const changes = changesOf(operations, before, after);
  if (changes.size < 2) return [...changes.values()].map(({ name, first }) => ({ tables: [name], first }));
  const groups = new Groups([...changes.keys()]);
  connectStatements(operations, changes, groups);
  connectLikes(changes, groups);
  connectTopic(name, changes, groups);
  for (const [key, { name }] of changes) {
    for (const table of [before.table(name), after.table(name)]) {
      for (const other of neighbours(table)) groups.connect(key, displayName(other));
    }
  }
  const found = new Map<string, { tables: ObjectName[]; first: Operation }>();
  for (const [key, { name, first }] of changes) {
    const group = found.get(groups.of(key));
    if (group === undefined) found.set(groups.of(key), { tables: [name], first });
    else group.tables.push(name);
  }
  return [...found.values()];
}

/** The permanent tables that a migration makes, changes or drops, or whose rows it changes, in the order of its operations. */
export function changedTableNames(
  operations: readonly Operation[],
  before: Catalog,
  after: Catalog,
): readonly ObjectName[] {
  return [...changesOf(operations, before, after).values()].map(({ name }) => name);
}

interface TableChange {
  readonly name: ObjectName;
  readonly first: Operation;
  /** What is done to it, one text for what is the same on another table. */
  readonly likes: Set<string>;
  /** The words of its name, and of the columns that come, go or change. */
  readonly topics: Set<string>;
}

/** Kinds that only look, or that happen to a table without changing what it is. */
const NO_CHANGE: ReadonlySet<Operation['kind']> = new Set([
  'LockTable',
  'CommentOn',
  'SetTableOptions',
  'ValidateConstraint',
]);

function changesOf(
  operations: readonly Operation[],
  before: Catalog,
  after: Catalog,
): ReadonlyMap<string, TableChange> {
  const changes = new Map<string, TableChange>();
  for (const operation of operations) {
    if (operation.run === 'called' || NO_CHANGE.has(operation.kind)) continue;
    const name = 'table' in operation ? operation.table : undefined;
    if (name === undefined || !isPermanent(name, before, after)) continue;
    const key = displayName(name);
    let change = changes.get(key);
    if (change === undefined) changes.set(key, (change = newChange(name, operation)));
    for (const like of likesOf(operation)) change.likes.add(like);
    for (const column of changedColumns(operation, before))
      for (const topic of topicsOf(column)) change.topics.add(topic);
  }
  return changes;
}

function newChange(name: ObjectName, first: Operation): TableChange {
  return { name, first, likes: new Set(), topics: new Set(topicsOf(name.name)) };
}

/** Words that say nothing of what a table is about. */
const COMMON: ReadonlySet<string> = new Set(
  'the and for with from into out not new old has can was date time name type state status value data text count total number index key default created updated deleted create update delete user users'.split(
    ' ',
  ),
);

function topicsOf(name: string): readonly string[] {
  return wordsOf(name)
    .filter((word) => word.length > 2 && !/\d/.test(word) && !COMMON.has(word))
    .map((word) => word.replace(/s$/, ''));
}

function columnNameOf(operation: Operation): string | undefined {
  const column = 'column' in operation ? operation.column : undefined;
  return typeof column === 'object' ? column.name : column;
}

/** The columns that an operation is about: one of its own, those that it sets, or those of a constraint that comes or goes. */
function changedColumns(operation: Operation, before: Catalog): readonly string[] {
  switch (operation.kind) {
    case 'Update':
      return operation.assignments.map(({ column }) => column);
    case 'AddConstraint':
      return keyColumns(operation.constraint);
    case 'DropConstraint': {
      const known = before
        .table(operation.table)
        ?.constraints.find(({ name }) => name === operation.constraint);
      return known === undefined ? [] : keyColumns(known.definition);
    }
    default: {
      const column = columnNameOf(operation);
      return column === undefined ? [] : [column];
    }
  }
}

function keyColumns(definition: ConstraintDefinition): readonly string[] {
  return 'columns' in definition ? definition.columns : [];
}

function isPermanent(name: ObjectName, before: Catalog, after: Catalog): boolean {
  const table = before.table(name) ?? after.table(name);
  return table !== undefined && table.persistence !== 'temporary';
}

/** What makes two columns alike only if they have one name. */
const BY_NAME: ReadonlySet<Operation['kind']> = new Set(['AddColumn', 'DropColumn', 'RenameColumn']);

/**
 * One text for operations that do the same to different tables: the kind, and of columns that come, go or change their name that
 * name as well. A column that gets a type of the user's own is like every other one that gets it; so is one that changes to a
 * type.
 */
function likesOf(operation: Operation): readonly string[] {
  const { kind } = operation;
  // A table that goes is often replaced by one that comes.
  if (kind === 'CreateTable' || kind === 'CreateTableAs' || kind === 'DropTable') return ['table'];
  if (kind === 'AlterColumnType') {
    const { name, schema } = operation.type;
    return [schema === undefined ? `${kind} ${name}` : `type ${schema}.${name}`];
  }
  const name = BY_NAME.has(kind) ? columnNameOf(operation) : undefined;
  const like = name === undefined ? kind : `${kind} ${name}`;
  const type = kind === 'AddColumn' ? operation.column.type : undefined;
  return type?.schema === undefined ? [like] : [like, `type ${type.schema}.${type.name}`];
}

/** Tables that one statement names: UPDATE … FROM, INSERT … SELECT, a rename's two names. */
function connectStatements(
  operations: readonly Operation[],
  changes: ReadonlyMap<string, TableChange>,
  groups: Groups,
): void {
  for (const operation of operations) {
    const own =
      'table' in operation && operation.table !== undefined ? displayName(operation.table) : undefined;
    if (own === undefined || !changes.has(own)) continue;
    for (const other of namedWith(operation)) groups.connect(own, displayName(other));
  }
}

function namedWith(operation: Operation): readonly ObjectName[] {
  switch (operation.kind) {
    case 'Insert':
      return operation.query?.reads ?? [];
    case 'CreateTableAs':
      return operation.query.reads;
    case 'Update':
      return [...operation.from, ...subqueryReads(operation)];
    case 'Delete':
      return [...operation.using, ...subqueryReads(operation)];
    case 'Merge':
      return operation.source;
    case 'RenameTable':
      return [{ schema: operation.table.schema, name: operation.newName }];
    case 'AttachPartition':
    case 'DetachPartition':
      return [operation.partition];
    default:
      return [];
  }
}

function subqueryReads({ where }: Extract<Operation, { kind: 'Update' | 'Delete' }>): readonly ObjectName[] {
  return where.conditions.flatMap(({ subquery }) => subquery?.query.reads ?? []);
}

function connectLikes(changes: ReadonlyMap<string, TableChange>, groups: Groups): void {
  const firstWith = new Map<string, string>();
  for (const [key, { likes, topics }] of changes) {
    for (const like of [...likes, ...topics]) {
      const other = firstWith.get(like);
      if (other === undefined) firstWith.set(like, key);
      else groups.connect(key, other);
    }
  }
}

/** Tables that a migration's name speaks of. One that says AND may speak of two things. */
function connectTopic(name: string, changes: ReadonlyMap<string, TableChange>, groups: Groups): void {
  if (wordsOf(name).includes('and')) return;
  const words = topicsOf(name);
  const named = [...changes].filter(([, { topics }]) => words.some((word) => topics.has(word)));
  const [first] = named;
  if (first !== undefined) for (const [key] of named) groups.connect(key, first[0]);
}

function neighbours(table: Table | undefined): readonly ObjectName[] {
  if (table === undefined) return [];
  const references = table.constraints.flatMap(({ definition }) =>
    definition.type === 'foreign key' ? [definition.references] : [],
  );
  const parent = table.partitionOf === undefined ? [] : [table.partitionOf.parent];
  return [...references, ...parent, ...table.inherits];
}

/** Union-find over the tables that are changed; what connects to no such table is passed over. */
class Groups {
  readonly #parents: Map<string, string>;

  constructor(keys: readonly string[]) {
    this.#parents = new Map(keys.map((key) => [key, key]));
  }

  of(key: string): string {
    let root = key;
    for (let parent = this.#parents.get(root); parent !== undefined && parent !== root;) {
      root = parent;
      parent = this.#parents.get(root);
    }
    this.#parents.set(key, root);
    return root;
  }

  connect(a: string, b: string): void {
    if (this.#parents.has(a) && this.#parents.has(b)) this.#parents.set(this.of(a), this.of(b));
  }
}
