import { displayName } from '../operations/display-name.ts';
import type { ObjectName, Operation } from '../operations/types.ts';

/**
 * Whether an operation of a script would fail if the script was run a second time, after a first run that went through: it makes what
 * is there by then, or drops what is gone. What says IF [NOT] EXISTS or OR REPLACE never fails, and neither does a DROP before the
 * CREATE of the same thing, a CREATE before its DROP, or the part of a table or view that is dropped before.
 *
 * @param operation one of them, with resolved names.
 * @param script all operations of the script, in execution order.
 * @returns false also for what neither makes nor drops anything, and after something that perhaps runs.
 */
export function failsOnSecondRun(operation: Operation, script: readonly Operation[]): boolean {
  const thing = thingOf(operation);
  if (thing === undefined || isSaidAlready(operation)) return false;
  const { byKey, order } = eventsOf(script);
  const own = byKey.get(thing.key) ?? [];
  const gone = thing.wholes.flatMap((key) => byKey.get(key) ?? []).filter(({ makes }) => makes === false);
  const events = [...own, ...gone].sort((a, b) => a.order - b.order);
  let exists = events.at(-1)?.makes;
  for (const event of events) {
    if (event.order === order.get(operation)) break;
    exists = event.makes;
  }
  return exists === thing.makes;
}

/** A thing that is made or dropped, and what it goes with when that is dropped. */
interface Thing {
  readonly key: string;
  readonly makes: boolean;
  readonly wholes: readonly string[];
}

interface Event {
  readonly order: number;
  /** Undefined for what perhaps runs: then it is not known whether the thing is there. */
  readonly makes: boolean | undefined;
}

interface Events {
  readonly byKey: Map<string, Event[]>;
  readonly order: ReadonlyMap<Operation, number>;
}

/** By a script's operations, which do not change. */
const known = new WeakMap<readonly Operation[], Events>();

function eventsOf(script: readonly Operation[]): Events {
  const found = known.get(script);
  if (found !== undefined) return found;
  const byKey = new Map<string, Event[]>();
  script.forEach((operation, order) => {
    const thing = operation.run === 'called' ? undefined : thingOf(operation);
    if (thing === undefined) return;
    const event = { order, makes: operation.run === 'now' ? thing.makes : undefined };
    const list = byKey.get(thing.key);
    if (list === undefined) byKey.set(thing.key, [event]);
    else list.push(event);
  });
  const events = { byKey, order: new Map(script.map((operation, order) => [operation, order])) };
  known.set(script, events);
  return events;
}

function isSaidAlready(operation: Operation): boolean {
  if (operation.kind === 'DropColumn') return operation.columnIfExists;
  if (operation.kind === 'DropConstraint') return operation.constraintIfExists;
  if ('ifNotExists' in operation && operation.ifNotExists) return true;
  if ('replace' in operation && operation.replace) return true;
  return operation.kind.startsWith('Drop') && 'ifExists' in operation && operation.ifExists;
}

function thingOf(operation: Operation): Thing | undefined {
  const makes = !operation.kind.startsWith('Drop');
  const thing = (kind: string, name: ObjectName): Thing => ({ key: keyOf(kind, name), makes, wholes: [] });
  const part = (kind: string, name: string, whole: ObjectName, columns?: readonly string[]): Thing => ({
    key: partKeyOf(kind, name, whole),
    makes,
    wholes: wholesOf(whole, columns),
  });
  switch (operation.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
    case 'DropTable':
      return thing('table', operation.table);
    case 'CreateView':
    case 'DropView':
      return thing('view', operation.view);
    case 'CreateMaterializedView':
    case 'DropMaterializedView':
      return thing('materialized view', operation.view);
    case 'CreateSequence':
    case 'DropSequence':
      return thing('sequence', operation.sequence);
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
    case 'DropType':
      return thing('type', operation.type);
    case 'CreateFunction':
    case 'DropFunction':
      return thing('routine', operation.routine);
    case 'DropIndex':
      return thing('index', operation.index);
    case 'CreateIndex': {
      const { name, table } = operation;
      if (name === undefined) return undefined;
      const columns = operation.elements.flatMap(({ column }) => column ?? []);
      return { ...thing('index', { schema: table.schema, name }), wholes: wholesOf(table, columns) };
    }
    case 'CreateTrigger':
    case 'DropTrigger':
      return part('trigger', operation.name, operation.table);
    case 'CreatePolicy':
    case 'DropPolicy':
      return part('policy', operation.name, operation.table);
    case 'AddColumn':
      return part('column', operation.column.name, operation.table);
    case 'DropColumn':
      return part('column', operation.column, operation.table);
    case 'AddConstraint': {
      const { constraint, table } = operation;
      return part(
        'constraint',
        constraint.name ?? '',
        table,
        'columns' in constraint ? constraint.columns : [],
      );
    }
    case 'DropConstraint':
      return part('constraint', operation.constraint, operation.table);
    case 'CreateSchema':
      return thing('schema', { schema: undefined, name: operation.name });
    case 'CreateExtension':
      return thing('extension', { schema: undefined, name: operation.name });
    case 'DropObject':
      return thing(operation.objectType, operation.object);
    case 'AddEnumValue':
      return part('value', operation.value, operation.type);
    default:
      return undefined;
  }
}

const keyOf = (kind: string, name: ObjectName): string => `${kind}\0${displayName(name)}`;

const partKeyOf = (kind: string, name: string, { schema, name: whole }: ObjectName): string =>
  keyOf(kind, { schema, name: `${whole}\0${name}` });

/** What takes its parts along when it is dropped, and the columns that an index or a constraint is about. */
function wholesOf(name: ObjectName, columns: readonly string[] = []): readonly string[] {
  return [
    ...['table', 'view', 'materialized view', 'type'].map((kind) => keyOf(kind, name)),
    ...columns.map((column) => partKeyOf('column', column, name)),
  ];
}
