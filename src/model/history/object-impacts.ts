import type { ObjectKind } from '../operations/kind-groups.ts';
import type { Catalog } from '../catalog/types.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import type { AlterDomain, ObjectName } from '../operations/types.ts';
import {
  adds,
  fills,
  relaxes,
  removes,
  swaps,
  tightens,
  tunes,
  type Impact,
  type ImpactScene,
  type ImpactTable,
} from './impact.ts';

const nothing = (): undefined => undefined;

/** Types, sequences, views, routines, roles, and whatever else stands beside tables. */
export const objectImpacts: ImpactTable<Exclude<ObjectKind, 'CreateSchema'>> = {
  CreateEnum: ({ type }) => adds(`creates the type ${displayName(type)}`),
  AddEnumValue: ({ type, value }) => ({
    ...adds(`adds '${value}' to ${displayName(type)}`),
    final: `adds '${value}' to ${displayName(type)}: PostgreSQL has no way to remove a value of an enum`,
  }),
  RenameEnumValue: ({ type, value, newValue }) =>
    swaps(`renames '${value}' of ${displayName(type)} to '${newValue}'`),
  CreateDomain: ({ type }) => adds(`creates the type ${displayName(type)}`),
  AlterDomain: ({ type, change }) => alterDomain(displayName(type), change),
  CreateType: ({ type }) => adds(`creates the type ${displayName(type)}`),
  AlterCompositeType: ({ type, change, attribute }) =>
    change === 'add'
      ? adds(`adds ${quoteIdentifier(attribute)} to ${displayName(type)}`)
      : swaps(`changes ${quoteIdentifier(attribute)} of ${displayName(type)}`),
  DropType: ({ type }, scene) => dropped('type', type, scene),
  RenameType({ type, newName }, scene) {
    if (!isKnownToCode('type', type, scene)) return undefined;
    return has(scene.after, 'type', type)
      ? tunes(`makes the type ${displayName(type)} anew`)
      : swaps(`renames the type ${displayName(type)} to ${quoteIdentifier(newName)}`);
  },
  CreateSequence: ({ sequence }) => adds(`creates the sequence ${displayName(sequence)}`),
  AlterSequence: ({ sequence }) => tunes(`changes the sequence ${displayName(sequence)}`),
  DropSequence: ({ sequence }, scene) => dropped('sequence', sequence, scene),
  CreateView: ({ view, temporary }, { before }) => (temporary ? undefined : viewImpact(view, before)),
  DropView: ({ view }, scene) => dropped('view', view, scene),
  CreateMaterializedView: ({ view }, { before }) => viewImpact(view, before),
  DropMaterializedView: ({ view }, scene) => dropped('materialized view', view, scene),
  RefreshMaterializedView: ({ view }) => tunes(`fills the view ${displayName(view)} anew`),
  CreateFunction: ({ routine }, { before }) =>
    before.routines(routine).length > 0
      ? tunes(`replaces the function ${displayName(routine)}`)
      : adds(`creates the function ${displayName(routine)}`),
  DropFunction: ({ routine }, scene) => dropped('function', routine, scene),
  AlterFunction: ({ routine }) => tunes(`changes the function ${displayName(routine)}`),
  Rename: ({ objectType, object, newName }, scene) => {
    if (!isKnownToCode(objectType, object, scene)) return undefined;
    const text = `renames the ${objectType} ${displayName(object)} to ${quoteIdentifier(newName)}`;
    return NAMED_BY_QUERIES.has(objectType) ? swaps(text) : tunes(text);
  },
  SetSchema: ({ objectType, object, newSchema }, scene) =>
    isKnownToCode(objectType, object, scene)
      ? swaps(`moves the ${objectType} ${displayName(object)} to the schema ${quoteIdentifier(newSchema)}`)
      : undefined,
  ChangeOwner: ({ objectType, object }) =>
    tunes(`changes the owner of the ${objectType} ${displayName(object)}`),
  DropObject: ({ objectType, object }, scene) => {
    if (!isKnownToCode(objectType, object, scene)) return undefined;
    const text = `drops the ${objectType} ${displayName(object)}`;
    return NAMED_BY_QUERIES.has(objectType) ? removes(`${text}, which running code may use`) : tunes(text);
  },
  CommentOn: nothing,
  Grant: ({ grant, grantees }) =>
    grant
      ? relaxes(`grants privileges to ${grantees.join(', ')}`)
      : tightens(`takes privileges from ${grantees.join(', ')}`),
  GrantRole: ({ grant, roles, grantees }) =>
    grant
      ? relaxes(`grants ${roles.join(', ')} to ${grantees.join(', ')}`)
      : tightens(`takes ${roles.join(', ')} from ${grantees.join(', ')}`),
  AlterDefaultPrivileges: () => tunes('changes default privileges'),
  CreateExtension: ({ name }) => adds(`creates the extension ${quoteIdentifier(name)}`),
  AlterExtension: ({ name }) => tunes(`changes the extension ${quoteIdentifier(name)}`),
  TransactionControl: nothing,
  SetVariable: nothing,
  Do: nothing,
  Call: nothing,
  BodyTransactionControl: nothing,
  Opaque: nothing,
  Raise: nothing,
  ClusterWide: ({ command, name }) => {
    const text = `runs ${command.toUpperCase()}${name === undefined ? '' : ` ${quoteIdentifier(name)}`}`;
    return command === 'drop database' ? removes(text) : tunes(text);
  },
  CreateRole: ({ role }) => adds(`creates the role ${quoteIdentifier(role)}`),
  AlterRole: ({ role }) => tunes(`changes the role ${quoteIdentifier(role)}`),
  Publication: ({ name }) => tunes(`changes the publication ${quoteIdentifier(name)}`),
  CreateStatistics: () => tunes('creates statistics'),
  Other: ({ tag }) => tunes(`runs a statement of the kind ${tag}`),
};

/** Statements on rows. */
export const rowImpacts: ImpactTable<
  'Insert' | 'Update' | 'Delete' | 'Merge' | 'Truncate' | 'Copy' | 'Select'
> = {
  Insert: ({ table }, scene) => rows(table, scene, () => fills(`writes rows of ${displayName(table)}`)),
  Update: ({ table }, scene) => rows(table, scene, () => fills(`changes rows of ${displayName(table)}`)),
  Delete: ({ table }, scene) =>
    rows(table, scene, () => ({ ...fills(`deletes rows of ${displayName(table)}`), phase: 'none' })),
  Merge: ({ table }, scene) => rows(table, scene, () => fills(`changes rows of ${displayName(table)}`)),
  Truncate: ({ table }, scene) =>
    rows(table, scene, () => removes(`empties ${displayName(table)}, which running code may read`)),
  Copy: ({ table, from }, scene) =>
    table === undefined || !from
      ? undefined
      : rows(table, scene, () => fills(`writes rows of ${displayName(table)}`)),
  Select: nothing,
};

/** Kinds of object whose name stands in queries. */
const NAMED_BY_QUERIES: ReadonlySet<string> = new Set([
  'table',
  'view',
  'materialized view',
  'foreign table',
  'column',
  'sequence',
  'type',
  'domain',
  'attribute',
  'function',
  'procedure',
  'aggregate',
  'routine',
  'operator',
  'schema',
  'extension',
]);

const rows = (table: ObjectName, { existed }: ImpactScene, impact: () => Impact): Impact | undefined =>
  existed(table) === undefined ? undefined : impact();

/** Whether a catalog has an object; of kinds that it does not keep, whether it may have one. */
function has(catalog: Catalog, objectType: string, name: ObjectName): boolean {
  switch (objectType) {
    case 'table':
    case 'foreign table':
      return catalog.table(name) !== undefined;
    case 'view':
    case 'materialized view':
      return catalog.view(name) !== undefined;
    case 'sequence':
      return catalog.sequence(name) !== undefined;
    case 'type':
    case 'domain':
      return catalog.type(name) !== undefined;
    case 'function':
    case 'procedure':
    case 'aggregate':
    case 'routine':
      return catalog.routines(name).length > 0;
    case 'schema':
      return catalog.schema(name.name) !== undefined;
    case 'extension':
      return catalog.extension(name.name) !== undefined;
    default:
      return true;
  }
}

/** Whether running code may name an object: it was there before the deploy by this name, or no migration has made it. */
const isKnownToCode = (objectType: string, name: ObjectName, { start, before }: ImpactScene): boolean =>
  has(start, objectType, name) || !has(before, objectType, name);

function dropped(objectType: string, name: ObjectName, scene: ImpactScene): Impact | undefined {
  if (!isKnownToCode(objectType, name, scene)) return undefined;
  const what = `the ${objectType} ${displayName(name)}`;
  return has(scene.after, objectType, name)
    ? tunes(`makes ${what} anew`)
    : removes(`drops ${what}, which running code may use`);
}

const viewImpact = (view: ObjectName, before: Catalog): Impact =>
  before.view(view) === undefined
    ? adds(`creates the view ${displayName(view)}`)
    : relaxes(`replaces the view ${displayName(view)}`);

function alterDomain(type: string, change: AlterDomain['change']): Impact {
  switch (change.action) {
    case 'add constraint':
    case 'set not null':
      return tightens(`tightens ${type}: writes of running code that violate it fail`);
    case 'drop constraint':
    case 'drop not null':
      return relaxes(`relaxes ${type}`);
    case 'set default':
    case 'drop default':
    case 'validate constraint':
      return tunes(`changes ${type}`);
    default:
      return change satisfies never;
  }
}
