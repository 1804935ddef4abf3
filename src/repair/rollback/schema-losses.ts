import type { Column, Constraint, Table, UserType, View } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import { hasOtherStar } from '../ddl/views.ts';
import { columnPath } from '../ddl/words.ts';
import type { ComparedCatalogs, TableParts } from './compare.ts';
import type { Pair } from './pairs.ts';
import type { Loss, UndoneMigration } from './types.ts';
import { unmakeable } from './unmakeable.ts';

/**
 * What of the schema does not come back as it was: PostgreSQL has no way, or the catalog does not know enough.
 *
 * @param views those that are made again, as they were.
 */
export function schemaLosses(
  compared: ComparedCatalogs,
  views: readonly View[],
  { catalogBefore }: UndoneMigration,
): readonly Loss[] {
  const { tables, types, parts } = compared;
  const unmade = unmakeable(compared, views, catalogBefore);
  return [
    ...types.pairs.flatMap(keptValues),
    ...tables.gone.filter((table) => !unmade.has(table)).flatMap(unknownParts),
    ...parts.flatMap(({ before, columns }) => unknownTypes(before, columns.gone)),
    ...parts.flatMap(stillValidated),
    ...types.pairs.flatMap(stillValidatedOfDomain),
    ...[...unmade].map(([{ name }, reason]) => loss(name, `does not come back: ${reason}.`)),
    ...views
      .filter((view) => !unmade.has(view) && hasOtherStar(view, catalogBefore))
      .map(({ name }) => loss(name, 'comes back as a query over the columns that it had.')),
    ...types.gone
      .filter(({ certainty }) => certainty === 'uncertain')
      .map(({ name }) => loss(name, 'comes back as far as the migrations say what it was.')),
  ];
}

function loss(name: ObjectName, rest: string): Loss {
  const object = displayName(name);
  return { of: 'schema', object, sentence: `${object} ${rest}` };
}

function keptValues({ before, after }: Pair<UserType>): readonly Loss[] {
  if (before.kind !== 'enum' || after.kind !== 'enum') return [];
  if (after.values.length <= before.values.length) return [];
  const former = new Set(before.values.map(({ origin, value }) => `${origin.migration} ${value}`));
  const values = after.values
    .filter(({ origin, value }) => !former.has(`${origin.migration} ${value}`))
    .map(({ value }) => `'${value}'`);
  return [loss(before.name, `keeps ${values.join(', ')}: PostgreSQL takes no value out of an enum.`)];
}

function unknownParts(table: Table): readonly Loss[] {
  return [
    ...unknownTypes(table, table.columns),
    ...(table.foreignServer === undefined
      ? []
      : [loss(table.name, 'comes back without its options for the foreign server.')]),
    ...(table.certainty === 'uncertain'
      ? [loss(table.name, 'comes back as far as the migrations say what it was.')]
      : []),
  ];
}

function unknownTypes(table: Table, columns: readonly Column[]): readonly Loss[] {
  return columns
    .filter(({ type }) => type.name === 'unknown')
    .map(({ name }) => {
      const object = columnPath(table.name, name);
      return { of: 'schema', object, sentence: `${object} comes back as text: its type is not known.` };
    });
}

/** VALIDATE is not undone for what comes from a parent: it changed nothing but what PostgreSQL knows of the rows. */
function stillValidated({ before, columns, constraints }: TableParts): readonly Loss[] {
  const notNulls = columns.pairs.flatMap(({ before: was, after: is }) =>
    was.notNullConstraint?.validated === false &&
    is.notNullConstraint?.validated === true &&
    !was.notNullConstraint.local
      ? [was.notNullConstraint.name]
      : [],
  );
  const others = constraints.pairs.filter(
    ({ before: was, after: is }) => !was.local && !was.validated && is.validated,
  );
  return [...notNulls, ...others.map((one) => one.before.name)].map((name) => validated(before.name, name));
}

function stillValidatedOfDomain({ before, after }: Pair<UserType>): readonly Loss[] {
  if (before.kind !== 'domain' || after.kind !== 'domain') return [];
  const isValidated = ({ name, validated: was }: Constraint): boolean =>
    !was && after.constraints.some((one) => one.name === name && one.validated);
  return before.constraints.filter(isValidated).map(({ name }) => validated(before.name, name));
}

function validated(on: ObjectName, name: string): Loss {
  const [constraint, owner] = [quoteIdentifier(name), displayName(on)];
  return {
    of: 'schema',
    object: `${constraint} on ${owner}`,
    sentence: `${constraint} of ${owner} stays validated.`,
  };
}
