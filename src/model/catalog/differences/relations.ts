import type { CatalogDifference, DifferingObject } from '../differences.ts';
import { displayName } from '../../operations/display-name.ts';
import type { Policy, Table, Trigger, View } from '../types.ts';
import { columnListChanges } from './columns.ts';
import { constraintChanges, indexChanges } from './constraints.ts';
import { partChanges } from './parts.ts';
import { keptChanges } from './privileges.ts';
import { flag, optionsText, property } from './property.ts';
import { expressionForm, sqlForm } from './written-forms.ts';

/** How a table differs. Temporary tables are gone with their session, and of no account. */
export function relationChanges(
  before: Table | undefined,
  after: Table | undefined,
): readonly CatalogDifference[] {
  const one = before ?? after;
  if (one === undefined || one.persistence === 'temporary' || isUncertain(before) || isUncertain(after))
    return [];
  const object: DifferingObject = { kind: 'table', name: one.name, on: undefined };
  if (before === undefined || after === undefined)
    return [{ object, kind: before === undefined ? 'left' : 'missing' }];
  return [
    ...columnListChanges(before, after),
    ...partChanges('constraint', one.name, [before.constraints, after.constraints], constraintChanges),
    ...indexListChanges(before, after),
    ...partChanges('trigger', one.name, [before.triggers, after.triggers], triggerChanges),
    ...ruleChanges(before, after),
    ...partChanges('policy', one.name, [before.policies, after.policies], policyChanges),
    ...tableProperties(object, before, after),
  ];
}

function tableProperties(object: DifferingObject, before: Table, after: Table): readonly CatalogDifference[] {
  const both = <Value>(read: (table: Table) => Value): readonly [Value, Value] => [read(before), read(after)];
  return [
    ...flag(
      object,
      'row security',
      both(({ rowSecurity }) => rowSecurity.enabled),
    ),
    ...flag(
      object,
      'forced row security',
      both(({ rowSecurity }) => rowSecurity.forced),
    ),
    ...property(
      object,
      'persistence',
      both(({ persistence }) => persistence),
    ),
    ...property(object, 'partition key', both(partitionKeyText)),
    ...property(object, 'partition bound', both(boundText)),
    ...property(object, 'parents', both(parentsText)),
    ...property(
      object,
      'foreign server',
      both(({ foreignServer }) => foreignServer),
    ),
    ...property(
      object,
      'options',
      both(({ options }) => optionsText(options)),
    ),
    ...keptChanges(object, before, after),
  ];
}

const isUncertain = (one: { readonly certainty: string } | undefined): boolean =>
  one?.certainty === 'uncertain';

const partitionKeyText = ({ partitionBy }: Table): string | undefined =>
  partitionBy &&
  `${partitionBy.strategy.toUpperCase()} (${partitionBy.elements.map((one) => one.column ?? one.expression?.text ?? '').join(', ')})`;

const boundText = ({ partitionOf }: Table): string | undefined =>
  partitionOf && `of ${displayName(partitionOf.parent)}: ${sqlForm(partitionOf.bound.text)}`;

const parentsText = ({ inherits }: Table): string | undefined =>
  inherits.length === 0 ? undefined : inherits.map(displayName).join(', ');

/** A constraint's index comes and goes with it. */
function indexListChanges(before: Table | View, after: Table | View): readonly CatalogDifference[] {
  const own = ({ indexes }: Table | View): Table['indexes'] =>
    indexes.filter(({ constraint, parent }) => constraint === undefined && parent === undefined);
  if (before.indexes === after.indexes) return [];
  return partChanges('index', before.name, [own(before), own(after)], indexChanges);
}

function ruleChanges(before: Table | View, after: Table | View): readonly CatalogDifference[] {
  return partChanges('rule', before.name, [before.rules, after.rules], (object, was, is) =>
    property(object, 'definition', [was.definition, is.definition], () => [
      statementForm(was.definition),
      statementForm(is.definition),
    ]),
  );
}

/** A CREATE statement, whether it says OR REPLACE or not. */
const statementForm = (definition: string): string =>
  sqlForm(definition).replace(/^create or replace /u, 'create ');

function triggerChanges(
  object: DifferingObject,
  before: Trigger,
  after: Trigger,
): readonly CatalogDifference[] {
  return [
    ...property(object, 'definition', [before.definition, after.definition], () => [
      triggerForm(before),
      triggerForm(after),
    ]),
    ...property(object, 'state', [before.state, after.state]),
  ];
}

/** The table and the function by their full names; the rest of the text is the WHEN, the arguments and the transition tables. */
function triggerForm({ function: called, timing, events, columns, forEach, definition }: Trigger): string {
  const text = sqlForm(definition);
  // PostgreSQL prints more parentheses and casts than people write.
  const when = (/ when \( .* \) execute /u.exec(text)?.[0] ?? '').replaceAll(/[()]|::\s*\w+/gu, ' ');
  const referencing = / referencing .*? (?=for |execute |when )/u.exec(text)?.[0] ?? '';
  const values = / execute (?:function|procedure) [^(]*(\(.*\))/u.exec(text)?.[1] ?? '';
  const what = [displayName(called), timing, events.toSorted().join(), columns.toSorted().join(), forEach];
  return [...what, when, referencing, values].join('|').replaceAll(/\s+/gu, ' ');
}

function policyChanges(object: DifferingObject, before: Policy, after: Policy): readonly CatalogDifference[] {
  const both = <Value>(read: (policy: Policy) => Value): readonly [Value, Value] => [
    read(before),
    read(after),
  ];
  return [
    ...property(object, 'definition', both(policyText), () => both(policyForm)),
    ...property(
      object,
      'roles',
      both(({ roles }) => roles.toSorted().join(', ')),
    ),
  ];
}

const policyText = ({ permissive, command, using, withCheck }: Policy): string =>
  [
    `${permissive ? '' : 'AS RESTRICTIVE '}FOR ${command.toUpperCase()}`,
    using === undefined ? '' : ` USING (${using.text})`,
    withCheck === undefined ? '' : ` WITH CHECK (${withCheck.text})`,
  ].join('');

const policyForm = (policy: Policy): string =>
  `${policy.permissive}|${policy.command}|${expressionForm(policy.using)}|${expressionForm(policy.withCheck)}`;

/** How a view or materialized view differs. One that is of the other kind is another object. */
export function viewChanges(before: View | undefined, after: View | undefined): readonly CatalogDifference[] {
  if (isUncertain(before) || isUncertain(after)) return [];
  if (before === undefined || after === undefined || before.kind !== after.kind) {
    const whole = (view: View | undefined, kind: 'missing' | 'left'): readonly CatalogDifference[] =>
      view === undefined ? [] : [{ object: { kind: view.kind, name: view.name, on: undefined }, kind }];
    return [...whole(before, 'missing'), ...whole(after, 'left')];
  }
  const object: DifferingObject = { kind: before.kind, name: before.name, on: undefined };
  return [
    ...property(object, 'definition', [before.definition, after.definition], () => [
      statementForm(before.definition),
      statementForm(after.definition),
    ]),
    ...property(object, 'columns', [before.columnNames.join(', '), after.columnNames.join(', ')], () => [
      before.columnNames.toSorted().join(),
      after.columnNames.toSorted().join(),
    ]),
    ...indexListChanges(before, after),
    ...partChanges('trigger', before.name, [before.triggers, after.triggers], triggerChanges),
    ...ruleChanges(before, after),
    ...property(object, 'options', [optionsText(before.options), optionsText(after.options)]),
    ...keptChanges(object, before, after),
  ];
}
