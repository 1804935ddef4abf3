/** Names for a migration, made of what it does. */
import { objectKey } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import { snakeCase } from './name-pattern.ts';

/** A part of a name: a verb, what it is done to, and words that lead to the table. */
interface Clause {
  readonly verb: string;
  readonly what: string;
  /** `to`, `from`, `in` or `of`, and the table. */
  readonly where?: string;
}

/** More than that a name cannot say. */
const CLAUSES = 2;
/** More columns than that are only counted. */
const COLUMNS = 2;
const LONGEST = 63;

/**
 * Names that say what a migration does, the plainest first: `add_email_to_users`, `create_orders_and_drop_carts`. What it does to the
 * tables that it makes itself, to their columns and indexes, goes without saying.
 *
 * @returns in snake case, without a version; empty for a migration that does too much for a name, or something that has no short one.
 */
export function namesOfChanges(operations: readonly Operation[]): readonly string[] {
  const now = operations.filter(({ run, kind }) => run !== 'called' && !SILENT.has(kind));
  const clauses: Clause[] = [];
  for (const operation of merged(now)) {
    const clause = clauseOf(operation);
    if (clause === undefined) return [];
    if (clause !== 'goes without saying') clauses.push(clause);
  }
  const written = [...new Set(clauses.map(({ verb, what, where = '' }) => `${verb} ${what} ${where}`))];
  if (written.length === 0 || written.length > CLAUSES) return [];
  const names = [clauses, clauses.map(withPlainVerb)].map((all) =>
    snakeCase(
      [...new Set(all.map(({ verb, what, where = '' }) => `${verb} ${what} ${where}`))].join(' and '),
    ),
  );
  return [...new Set(names)].filter((name) => name.length <= LONGEST);
}

/** The verbs that conventions with few of them have. */
const PLAIN: Readonly<Record<string, string>> = {
  drop: 'remove',
  rename: 'update',
  enable: 'add',
  backfill: 'migrate',
  change: 'update',
  fill: 'migrate',
  clean: 'migrate',
};

function withPlainVerb({ verb, ...rest }: Clause): Clause {
  return { ...rest, verb: PLAIN[verb] ?? verb };
}

/** What changes nothing that a name would speak of. */
const SILENT: ReadonlySet<Operation['kind']> = new Set([
  'SetVariable',
  'TransactionControl',
  'BodyTransactionControl',
  'LockTable',
  'Analyze',
  'CommentOn',
  'Do',
  'Raise',
  'Select',
  'Grant',
  'ChangeOwner',
]);

/** Whether an operation changes nothing that a migration's name would speak of. */
export function saysNothing({ kind }: Operation): boolean {
  return SILENT.has(kind);
}

/** Operations of one kind on one table as one, with all their columns; without those on what the migration makes itself. */
interface Change {
  readonly operation: Operation;
  readonly columns: readonly string[];
}

function merged(operations: readonly Operation[]): readonly Change[] {
  const made = new Set(
    operations.flatMap((one) =>
      one.kind === 'CreateTable' || one.kind === 'CreateTableAs' ? [objectKey(one.table)] : [],
    ),
  );
  const added = new Set(
    operations.flatMap((one) =>
      one.kind === 'AddColumn' ? [`${objectKey(one.table)} ${one.column.name}`] : [],
    ),
  );
  const changes = new Map<string, { readonly operation: Operation; readonly columns: string[] }>();
  for (const operation of operations) {
    const table = 'table' in operation ? operation.table : undefined;
    const isCreation = operation.kind === 'CreateTable' || operation.kind === 'CreateTableAs';
    if (table !== undefined && !isCreation && made.has(objectKey(table))) continue;
    const columns = columnsOf(operation);
    const isOfNew =
      table !== undefined &&
      operation.kind !== 'AddColumn' &&
      columns.length > 0 &&
      columns.every((column) => added.has(`${objectKey(table)} ${column}`));
    if (isOfNew) continue;
    const key = `${operation.kind} ${table === undefined ? changes.size : objectKey(table)} ${apartBy(operation)}`;
    const known = changes.get(key);
    if (known === undefined) changes.set(key, { operation, columns: [...columns] });
    else known.columns.push(...columns);
  }
  return [...changes.values()];
}

/** What keeps two operations of one kind on one table apart. */
function apartBy(operation: Operation): string {
  switch (operation.kind) {
    case 'CreateIndex':
      return operation.name ?? columnsOf(operation).join(' ');
    case 'AddConstraint':
      return operation.constraint.name ?? '';
    case 'DropConstraint':
    case 'ValidateConstraint':
      return operation.constraint;
    case 'RenameColumn':
      return operation.column;
    case 'CreateTrigger':
    case 'CreatePolicy':
      return operation.name;
    default:
      return '';
  }
}

function columnsOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'AddColumn':
      return [operation.column.name];
    case 'CreateIndex':
      return operation.elements.flatMap(({ column }) => column ?? []);
    case 'AddConstraint':
      return 'columns' in operation.constraint ? operation.constraint.columns : [];
    case 'Update':
      return operation.assignments.map(({ column }) => column);
    default:
      return 'column' in operation && typeof operation.column === 'string' ? [operation.column] : [];
  }
}

function clauseOf({ operation, columns }: Change): Clause | 'goes without saying' | undefined {
  const on = (verb: string, what: string, word: string, { name }: ObjectName): Clause | undefined =>
    what === '' ? undefined : { verb, what, where: `${word} ${name}` };
  const all = columns.length <= COLUMNS ? columns.join(' and ') : `${columns.length} columns`;
  switch (operation.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
      return operation.persistence === 'temporary'
        ? 'goes without saying'
        : { verb: 'create', what: operation.table.name };
    case 'DropTable':
      return { verb: 'drop', what: operation.table.name };
    case 'AddColumn':
      return on('add', all, 'to', operation.table);
    case 'DropColumn':
      return on('remove', all, 'from', operation.table);
    case 'RenameColumn':
      return on('rename', `${operation.column} to ${operation.newName}`, 'in', operation.table);
    case 'AlterColumnType':
      return on('change', `type of ${all}`, 'in', operation.table);
    case 'SetNotNull':
      return on('require', all, 'in', operation.table);
    case 'DropNotNull':
      return on('relax', all, 'in', operation.table);
    case 'SetDefault':
    case 'DropDefault':
      return on('change', `default of ${all}`, 'in', operation.table);
    case 'CreateIndex':
      return all === ''
        ? undefined
        : { verb: 'add', what: `index ${columns.join(' ')} ${operation.table.name}` };
    case 'AddConstraint':
      return on('add', operation.constraint.name ?? '', 'to', operation.table);
    case 'DropConstraint':
      return on('remove', operation.constraint, 'from', operation.table);
    case 'ValidateConstraint':
      return on('validate', operation.constraint, 'of', operation.table);
    case 'SetRowSecurity':
      return operation.setting === 'enable'
        ? { verb: 'enable', what: `rls ${operation.table.name}` }
        : operation.setting === 'force'
          ? 'goes without saying'
          : undefined;
    case 'DropIndex':
      return { verb: 'drop', what: operation.index.name };
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
      return { verb: 'create', what: operation.type.name };
    case 'AddEnumValue':
      return { verb: 'add', what: operation.value, where: `to ${operation.type.name}` };
    case 'CreateView':
    case 'CreateMaterializedView':
      return {
        verb: operation.kind === 'CreateView' && operation.replace ? 'update' : 'create',
        what: operation.view.name,
      };
    case 'DropView':
    case 'DropMaterializedView':
      return { verb: 'drop', what: operation.view.name };
    case 'CreateFunction':
      return { verb: operation.replace ? 'update' : 'create', what: operation.routine.name };
    case 'CreateTrigger':
      return on('add', operation.name, 'to', operation.table);
    case 'Update':
      return on('backfill', all, 'of', operation.table);
    case 'Insert':
      return { verb: 'fill', what: operation.table.name };
    case 'Delete':
      return operation.table === undefined ? undefined : { verb: 'clean', what: operation.table.name };
    default:
      return undefined;
  }
}
