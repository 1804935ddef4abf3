import { referencesOf, type ObjectReference } from '../catalog/object-references.ts';
import { isInCatalog, isSeenSince, isSurelyAbsent, isWhollyKnown } from '../catalog/unknown-objects.ts';
import type { Catalog } from '../catalog/types.ts';
import { nearName } from '../history/near-names.ts';
import { quoteIdentifier } from '../operations/display-name.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import type { Refusal } from './types.ts';

/** What is known of the schema before the operation, besides the schema itself. */
export interface EarlierCatalogs {
  /** When the script began: what was there then and is not now was certainly taken away. */
  readonly start: Catalog;
  /** Before that; of a rollback, the schema before its migration. Undefined where there is none. */
  readonly earlier: Catalog | undefined;
}

type Missing = Extract<Refusal, { readonly kind: 'missing' }>;

/**
 * What an operation names that is certainly not there.
 *
 * @param operation with resolved names.
 * @param catalog the schema just before it.
 * @param inBody true if it stands in a DO block, where a name in an expression can be a variable.
 */
export function missingObject(
  operation: Operation,
  catalog: Catalog,
  catalogAfter: Catalog,
  earlier: EarlierCatalogs,
  inBody: boolean,
): Missing | undefined {
  for (const reference of [...referencesOf(operation, catalog, inBody), ...otherReferences(operation)]) {
    const seen = reference.after ? catalogAfter : catalog;
    if (isInCatalog(reference, seen) || isAddedBySameStatement(reference, operation)) continue;
    // Of a table that is gone only the table is missing; IF EXISTS leaves all of it out.
    if (reference.member !== undefined && !isThere(reference.name, seen)) continue;
    const wasThere = (when: Catalog | undefined): boolean =>
      when !== undefined && isCertainIn(reference, when) && when.lastUnseen === seen.lastUnseen;
    const gone = wasThere(earlier.start);
    const departed = gone || wasThere(earlier.earlier);
    if (departed || isAbsent(reference, seen)) return missingOf(reference, seen, gone);
    // What comes after is judged only where all before it is there.
    return undefined;
  }
  return missingNamed(operation, catalog);
}

/** References that `referencesOf` does not give. */
function otherReferences(operation: Operation): readonly ObjectReference[] {
  if (operation.kind !== 'DropRule' || operation.ifExists) return [];
  return [
    { kind: 'table', name: operation.table, member: undefined, code: '42P01', part: 'table', after: false },
  ];
}

/** In one ALTER TABLE, PostgreSQL adds columns before it makes constraints. */
function isAddedBySameStatement({ kind, member }: ObjectReference, operation: Operation): boolean {
  if (kind !== 'column' || operation.action === undefined || !('AlterTableStmt' in operation.statement.tree))
    return false;
  return (operation.statement.tree.AlterTableStmt.cmds ?? []).some((command) => {
    const added = 'AlterTableCmd' in command ? command.AlterTableCmd : undefined;
    const definition = added?.subtype === 'AT_AddColumn' ? added.def : undefined;
    return definition !== undefined && 'ColumnDef' in definition && definition.ColumnDef.colname === member;
  });
}

/** Whether a reference can be followed in a catalog without doubt. */
function isCertainIn(reference: ObjectReference, catalog: Catalog): boolean {
  if (!isInCatalog(reference, catalog)) return false;
  const { kind, name, member } = reference;
  switch (kind) {
    case 'column':
    case 'constraint':
    case 'trigger':
    case 'policy': {
      const table = catalog.table(name);
      const [list] = [
        kind === 'column'
          ? table?.columns
          : kind === 'constraint'
            ? table?.constraints
            : kind === 'trigger'
              ? table?.triggers
              : table?.policies,
      ];
      const part = list?.find((one) => one.name === member);
      return table?.certainty === 'certain' && part?.certainty === 'certain';
    }
    case 'function':
      return catalog.routines(name).every(({ certainty }) => certainty === 'certain');
    default:
      return certaintyOf(name, catalog) === 'certain';
  }
}

const isThere = (name: ObjectName, catalog: Catalog): boolean =>
  catalog.table(name) !== undefined || catalog.view(name) !== undefined;

function certaintyOf(name: ObjectName, catalog: Catalog): string | undefined {
  const found =
    catalog.table(name) ??
    catalog.view(name) ??
    catalog.sequence(name) ??
    catalog.index(name)?.index ??
    catalog.type(name);
  return found?.certainty;
}

function isAbsent(reference: ObjectReference, catalog: Catalog): boolean {
  if (reference.member === undefined)
    return (
      catalog.fromEmpty && isSurelyAbsent(reference, catalog) && hasTables(catalog) && isSureKind(reference)
    );
  const table = catalog.table(reference.name);
  if (table === undefined || table.certainty !== 'certain') return false;
  return isWhollyKnown(reference.name, catalog);
}

/** An extension may bring a column's type, and PostgreSQL has functions of its own. */
const isSureKind = ({ kind, part }: ObjectReference): boolean =>
  !(kind === 'type' && part === 'type') && !(kind === 'function' && part === 'statement');

function hasTables(catalog: Catalog): boolean {
  for (const { origin } of catalog.tables()) if (origin.migration >= 0) return true;
  return false;
}

const WHATS: Readonly<Record<ObjectReference['kind'], Missing['what']>> = {
  table: 'relation',
  view: 'relation',
  sequence: 'relation',
  index: 'index',
  type: 'type',
  function: 'function',
  column: 'column',
  constraint: 'constraint',
  trigger: 'other',
  policy: 'other',
};

function missingOf(reference: ObjectReference, catalog: Catalog, gone: boolean): Missing {
  const { kind, name, member, code } = reference;
  const near = gone ? undefined : nearName(reference, catalog);
  return {
    kind: 'missing',
    code: code as Missing['code'],
    what: WHATS[kind],
    name: member ?? name.name,
    on: member === undefined ? undefined : name,
    nearest: near === undefined ? undefined : quoteIdentifier(near.name),
    gone,
  };
}

/** What PostgreSQL looks up by its plain name: schemas and extensions; and rules of a table. */
function missingNamed(operation: Operation, catalog: Catalog): Missing | undefined {
  const missing = (name: string, rest: Pick<Missing, 'what' | 'code' | 'on'>): Missing => ({
    kind: 'missing',
    name,
    nearest: undefined,
    gone: false,
    ...rest,
  });
  if (operation.kind === 'DropRule' && !operation.ifExists) {
    const on = catalog.table(operation.table) ?? catalog.view(operation.table);
    const isKnown = on?.kind === 'table' ? isWhollyKnown(on.name, catalog) : on?.certainty === 'certain';
    if (!isKnown || on === undefined || on.rules.some(({ name }) => name === operation.name))
      return undefined;
    return missing(operation.name, { what: 'other', code: '42704', on: on.name });
  }
  if (operation.kind !== 'DropObject' || operation.ifExists) return undefined;
  const { objectType, object } = operation;
  if (
    objectType === 'schema' &&
    catalog.complete &&
    catalog.fromEmpty &&
    catalog.schema(object.name) === undefined
  )
    return missing(object.name, { what: 'schema', code: '3F000', on: undefined });
  const isExtension = objectType === 'extension' && catalog.extension(object.name) === undefined;
  if (
    isExtension &&
    catalog.complete &&
    catalog.fromEmpty &&
    isSeenSince(0, catalog) &&
    object.name !== 'plpgsql'
  )
    return missing(object.name, { what: 'other', code: '42704', on: undefined });
  return undefined;
}
