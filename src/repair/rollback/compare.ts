import { formerColumnNames } from './renamed-columns.ts';
import { paired } from './pairs.ts';
import type { Pair, Paired } from './pairs.ts';
import type { UndoneMigration } from './types.ts';
import { typeText } from '../../model/catalog/type-text.ts';
import type {
  Catalog,
  Column,
  Constraint,
  Extension,
  Index,
  Origin,
  Routine,
  SchemaObject,
  Sequence,
  Table,
  UserType,
  View,
} from '../../model/catalog/types.ts';
import { objectKey } from '../../model/operations/same-object.ts';
import type { RoutineName, TypeName } from '../../model/operations/types.ts';

/** What a migration made of the schema: each thing of before with what it is after. */
export interface ComparedCatalogs {
  readonly schemas: Paired<SchemaObject>;
  readonly extensions: Paired<Extension>;
  readonly types: Paired<UserType>;
  readonly sequences: Paired<Sequence>;
  readonly routines: Paired<Routine>;
  readonly views: Paired<View>;
  readonly tables: Paired<Table>;
  /** The parts of the tables that were there before and are there after. */
  readonly parts: readonly TableParts[];
}

/** A table that was there before, and what became of its parts. */
export interface TableParts extends Pair<Table> {
  readonly columns: Paired<Column>;
  readonly constraints: Paired<Constraint>;
  /** Without those that constraints own. */
  readonly indexes: Paired<Index>;
}

const qualified = {
  nameBefore: (one: { readonly name: { schema: string | undefined; name: string } }) => objectKey(one.name),
  nameAfter: (one: { readonly name: { schema: string | undefined; name: string } }) => objectKey(one.name),
};
const named = {
  nameBefore: (one: { readonly name: string }) => one.name,
  nameAfter: (one: { readonly name: string }) => one.name,
};

/** Compares the schema before a migration with that after it. */
export function compareCatalogs(migration: UndoneMigration): ComparedCatalogs {
  const { catalogBefore: before, catalogAfter: after } = migration;
  const kindOf = (one: { readonly kind: string }): string => one.kind;
  const tables = withStubs(
    paired(permanent(before.tables()), permanent(after.tables()), qualified),
    migration.index,
  );
  const formerNames = formerColumnNames(migration.operations);
  return {
    schemas: paired(before.schemas(), after.schemas(), named),
    extensions: paired(before.extensions(), after.extensions(), named),
    types: paired(before.types(), after.types(), { ...qualified, shape: kindOf }),
    sequences: paired(permanent(before.sequences()), permanent(after.sequences()), {
      ...qualified,
      shape: (one) => `${one.ownedBy?.column}`,
    }),
    routines: pairedRoutines(before, after),
    views: paired(permanent(before.views()), permanent(after.views()), { ...qualified, shape: kindOf }),
    tables,
    parts: tables.pairs.map((pair) => partsOf(pair, formerNames(pair.after.name))),
  };
}

function permanent<One extends { readonly name: { schema: string | undefined } }>(
  all: Iterable<One>,
): readonly One[] {
  return [...all].filter(({ name }) => name.schema !== 'pg_temp');
}

/**
 * A function with the same arguments and the same result is the same one, though it was dropped and made again: CREATE OR REPLACE brings
 * it back. It refuses another result.
 */
function pairedRoutines(before: Catalog, after: Catalog): Paired<Routine> {
  const signature = ({ name }: { readonly name: RoutineName }): string =>
    `${objectKey(name)}\0${(name.argumentTypes ?? []).map(typeText).join(',')}`;
  const identity = (one: Routine): string =>
    `${one.kind} ${signature(one)} ${one.returns === undefined ? '' : typeText(one.returns)}`;
  const left = new Map([...before.allRoutines()].map((one) => [identity(one), one]));
  const pairs: Pair<Routine>[] = [];
  const rest: Routine[] = [];
  for (const one of after.allRoutines()) {
    const former = left.get(identity(one));
    if (former === undefined) rest.push(one);
    else {
      pairs.push({ before: former, after: one });
      left.delete(identity(one));
    }
  }
  const moved = paired(left.values(), rest, {
    nameBefore: signature,
    nameAfter: signature,
    shape: ({ kind, definition }) => `${kind} ${definition}`,
  });
  return { ...moved, pairs: [...pairs, ...moved.pairs] };
}

/** A table that no migration made was there all the same: what the migration made of it can be undone. */
function withStubs({ pairs, gone, added }: Paired<Table>, index: number): Paired<Table> {
  const isNew = ({ origin }: { readonly origin: Origin }): boolean => origin.migration === index;
  const stubs = added.filter(({ origin }) => origin.migration < 0);
  const known = stubs.map((after) => {
    const before: Table = {
      ...after,
      columns: after.columns.filter((one) => !isNew(one)),
      constraints: after.constraints.filter((one) => !isNew(one)),
      indexes: after.indexes.filter((one) => !isNew(one)),
      triggers: after.triggers.filter((one) => !isNew(one)),
      policies: after.policies.filter((one) => !isNew(one)),
      rules: after.rules.filter((one) => !isNew(one)),
    };
    return { before, after };
  });
  return { pairs: [...pairs, ...known], gone, added: added.filter((one) => !stubs.includes(one)) };
}

function partsOf(pair: Pair<Table>, formerNames: ReadonlyMap<string, string>): TableParts {
  const { before, after } = pair;
  const former = (name: string): string => formerNames.get(name) ?? name;
  const columns = paired(before.columns, after.columns, {
    nameBefore: ({ name }) => name,
    nameAfter: ({ name }) => former(name),
    shape: ({ type }) => typeText(bare(type)),
  });
  // A column that was renamed away is no candidate for the one that has its name now; `former` says whose name it was.
  const isPlain = (index: Index): boolean => index.constraint === undefined;
  return {
    before,
    after,
    columns,
    constraints: paired(before.constraints, after.constraints, {
      ...named,
      shape: ({ definition }) => definition.type,
    }),
    indexes: paired(before.indexes.filter(isPlain), after.indexes.filter(isPlain), {
      ...named,
      shape: (one) => one.elements.map(({ column }) => former(column ?? '')).join(','),
    }),
  };
}

function bare(type: TypeName): TypeName {
  return { ...type, modifiers: [], schema: undefined };
}
