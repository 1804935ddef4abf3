/** What depends on a type, a sequence, a function or an extension. Each is given as people call it: `the column status of orders`. */
import { sqlForm } from '../catalog/differences/written-forms.ts';
import { EXTENSION_MEMBERS } from '../catalog/drop.ts';
import { callsFunction, castsTo } from '../catalog/expressions.ts';
import { sequenceIn } from '../catalog/sequences.ts';
import type { Catalog, Table } from '../catalog/types.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import { visitNodes } from '../operations/parse-tree.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { Expression, ObjectName, RoutineName, TypeName } from '../operations/types.ts';

const part = (kind: string, name: string, { name: on }: Table): string =>
  `the ${kind} ${quoteIdentifier(name)} of ${displayName(on)}`;

/**
 * What has a type: columns, attributes, domains, arguments and results of functions. A table or view is a type, too.
 *
 * @param gone what goes by the same statement.
 */
export function neededType(
  name: ObjectName,
  catalog: Catalog,
  gone: readonly ObjectName[],
): readonly string[] {
  const isIt = (type: TypeName | undefined): boolean =>
    type?.schema !== undefined && type.name === name.name && type.schema === name.schema;
  const stays = (other: ObjectName): boolean => !gone.some((one) => isSameObject(one, other));
  const isIn = ({ columns, certainty }: Table): boolean => certainty === 'certain' && columns.length > 0;
  const found: string[] = [];
  for (const table of catalog.tablesWithType(name)) {
    if (!isIn(table) || !stays(table.name) || table.partitionOf !== undefined) continue;
    for (const column of table.columns)
      if (column.certainty === 'certain' && isIt(column.type)) found.push(part('column', column.name, table));
  }
  for (const type of catalog.types()) {
    if (type.certainty === 'uncertain' || !stays(type.name)) continue;
    const isOver = type.kind === 'domain' && isIt(type.base);
    const holds = type.kind === 'composite' && type.attributes.some((one) => isIt(one.type));
    if (isOver || holds) found.push(`the type ${displayName(type.name)}`);
  }
  for (const routine of catalog.allRoutines()) {
    if (routine.certainty === 'uncertain' || !stays(routine.name)) continue;
    if (isIt(routine.returns) || routine.name.argumentTypes?.some(isIt) === true)
      found.push(`the ${routine.kind} ${displayName(routine.name)}`);
  }
  return found;
}

/** Policies of other tables that read a table. */
export function neededByExpressions(
  name: ObjectName,
  catalog: Catalog,
  gone: readonly ObjectName[],
): readonly string[] {
  const found: string[] = [];
  for (const table of catalog.tables()) {
    if (table.policies.length === 0 || gone.some((one) => isSameObject(one, table.name))) continue;
    for (const policy of table.policies) {
      const reads = [policy.using, policy.withCheck].some((expression) => readsRelation(expression, name));
      if (reads && policy.certainty === 'certain') found.push(part('policy', policy.name, table));
    }
  }
  return found;
}

function readsRelation(expression: Expression | undefined, { schema, name }: ObjectName): boolean {
  if (expression?.text.includes(name) !== true) return false;
  let reads = false;
  visitNodes(expression.tree, (type, fields) => {
    if (type === 'RangeVar' && fields['relname'] === name)
      reads ||= fields['schemaname'] === undefined || fields['schemaname'] === schema;
  });
  return reads;
}

/** The defaults that take their values from a sequence, and the identity column that it is behind. */
export function neededSequence(
  name: ObjectName,
  catalog: Catalog,
  gone: readonly ObjectName[] = [],
): readonly string[] {
  const sequence = catalog.sequence(name);
  if (sequence === undefined || sequence.certainty === 'uncertain') return [];
  const { identity, ownedBy } = sequence;
  if (identity && ownedBy !== undefined && gone.length === 0)
    return [`the identity column ${quoteIdentifier(ownedBy.column)} of ${displayName(ownedBy.table)}`];
  const found: string[] = [];
  for (const table of catalog.tables()) {
    if (table.certainty === 'uncertain' || gone.some((one) => isSameObject(one, table.name))) continue;
    for (const column of table.columns) {
      if (column.default === undefined || column.certainty === 'uncertain') continue;
      const used = sequenceIn(column.default);
      const isIt =
        used?.name === sequence.name.name && (used.schema ?? sequence.name.schema) === sequence.name.schema;
      if (isIt) found.push(part('default of', column.name, table));
    }
  }
  return found;
}

/** Triggers, defaults, checks, indexes, policies and views that call a function. Of several overloads nothing is claimed. */
export function neededRoutine(name: RoutineName, catalog: Catalog): readonly string[] {
  const overloads = catalog.routines(name);
  const [routine] = overloads;
  if (routine === undefined || overloads.length > 1 || routine.certainty === 'uncertain') return [];
  const wanted = name.argumentTypes?.length;
  if (wanted !== undefined && wanted !== (routine.name.argumentTypes ?? []).length) return [];
  const found: string[] = [];
  const isOfTrigger = /^(?:event_)?trigger$/u.test(routine.returns?.name ?? '');
  for (const table of catalog.tables()) {
    if (table.certainty === 'uncertain') continue;
    for (const trigger of table.triggers)
      if (
        trigger.certainty === 'certain' &&
        isSameObject(trigger.function, routine.name) &&
        table.partitionOf === undefined
      )
        found.push(part('trigger', trigger.name, table));
    // Nothing but a trigger can call a trigger function.
    if (!isOfTrigger)
      found.push(...callersIn(table, (expression) => callsFunction(expression, routine.name.name)));
  }
  if (isOfTrigger) return found;
  const call = `${routine.name.name} (`;
  for (const view of catalog.views()) {
    if (view.certainty === 'uncertain' || !view.definition.toLowerCase().includes(routine.name.name))
      continue;
    if (` ${sqlForm(view.definition)}`.includes(` ${call}`))
      found.push(`the ${view.kind} ${displayName(view.name)}`);
  }
  return found;
}

function callersIn(table: Table, calls: (expression: Expression | undefined) => boolean): readonly string[] {
  const certain = <One extends { readonly certainty: string }>(list: readonly One[]): readonly One[] =>
    list.filter(({ certainty }) => certainty === 'certain');
  return [
    ...certain(table.columns).flatMap((column) => {
      if (calls(column.default)) return part('default of', column.name, table);
      return calls(column.generated?.expression) ? part('generated column', column.name, table) : [];
    }),
    ...certain(table.constraints).flatMap(({ name, definition, local }) =>
      definition.type === 'check' && local && calls(definition.expression)
        ? part('constraint', name, table)
        : [],
    ),
    ...certain(table.indexes).flatMap((index) =>
      calls(index.where) || index.elements.some((one) => calls(one.expression))
        ? `the index ${displayName({ schema: table.name.schema, name: index.name })}`
        : [],
    ),
    ...certain(table.policies).flatMap((policy) =>
      calls(policy.using) || calls(policy.withCheck) ? part('policy', policy.name, table) : [],
    ),
  ];
}

/** What uses the types, functions and operator classes of the common extensions. */
export function neededExtension(name: string, catalog: Catalog): readonly string[] {
  const members = EXTENSION_MEMBERS[name];
  if (members === undefined || catalog.extension(name) === undefined) return [];
  const found: string[] = [];
  for (const table of catalog.tables()) {
    if (table.certainty === 'uncertain') continue;
    for (const { name: column, type, certainty } of table.columns)
      if (certainty === 'certain' && members.types?.includes(type.name) === true)
        found.push(part('column', column, table));
    for (const { name: index, elements, certainty } of table.indexes)
      if (
        certainty === 'certain' &&
        elements.some((one) => members.operatorClasses?.includes(one.operatorClass ?? ''))
      )
        found.push(`the index ${displayName({ schema: table.name.schema, name: index })}`);
    found.push(
      ...callersIn(
        table,
        (expression) =>
          members.functions?.some((one) => callsFunction(expression, one)) === true ||
          members.types?.some((type) => castsTo(expression, { schema: undefined, name: type })) === true,
      ),
    );
  }
  return found;
}
