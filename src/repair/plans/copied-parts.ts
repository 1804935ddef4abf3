import { constraintUses, indexUses } from '../../model/catalog/uses.ts';
import { renamedColumnInTable } from '../../model/catalog/rename-in-table.ts';
import type { Constraint, Index, Table } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { deferralText } from '../../model/operations/key-text.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { addConstraint } from '../ddl/constraints.ts';
import { createIndex } from '../ddl/indexes.ts';
import { freeName } from './free-name.ts';
import type { PlanStep } from './types.ts';

/** Indexes and constraints that a new column gets, beside those of the old one. */
export interface CopiedParts {
  /** Builds of indexes, and what makes constraints of them. */
  readonly steps: readonly PlanStep[];
  /** What gives them the names of the old ones once those are gone: statements with their semicolons. */
  readonly renames: readonly string[];
}

/** Which parts are copied. */
export interface PartsRequest {
  /** The table as the direct change leaves it. */
  readonly after: Table;
  /** The column as it is called there, and as it is called until the old one is gone. */
  readonly column: string;
  readonly interim: string;
  readonly isTaken: (name: string) => boolean;
}

/** The indexes and constraints that name a column, for the column that takes its place. Each is made without blocking writes. */
export function copiedParts({ after, column, interim, isTaken }: PartsRequest): CopiedParts {
  const table = renamedColumnInTable(after, column, interim);
  const taken = new Set<string>();
  const fresh = (name: string): string => {
    const chosen = freeName(`${name}_new`, (one) => isTaken(one) || taken.has(one));
    taken.add(chosen);
    return chosen;
  };
  const steps: PlanStep[] = [];
  const renames: string[] = [];
  for (const index of table.indexes.filter((one) => indexUses(one, interim))) {
    const copy = { ...index, name: fresh(index.name) };
    steps.push(buildStep(table, copy));
    const constraint = table.constraints.find(({ name }) => name === index.constraint);
    if (constraint !== undefined) steps.push(...attachSteps(table, constraint, copy.name));
    renames.push(renameText(table, index, copy.name));
  }
  const checked = table.constraints.filter(
    ({ definition }) =>
      constraintUses(definition, interim) &&
      (definition.type === 'foreign key' || definition.type === 'check'),
  );
  for (const constraint of checked) {
    const copy = { ...constraint, name: fresh(constraint.name) };
    steps.push(...checkedSteps(table, copy));
    renames.push(constraintRename(table, copy.name, constraint.name));
  }
  return { steps, renames };
}

function buildStep(table: Table, index: Index): PlanStep {
  return {
    sql: `${createIndex(table.name, index, { concurrently: true })};`,
    name: snakeCase(`create_${index.name}`),
    after: 'commit',
    outsideTransaction: true,
  };
}

function attachSteps(table: Table, { definition }: Constraint, index: string): readonly PlanStep[] {
  if (definition.type !== 'unique') return [];
  const name = quoteIdentifier(index);
  return [
    {
      sql: `ALTER TABLE ${displayName(table.name)} ADD CONSTRAINT ${name} UNIQUE USING INDEX ${name}${deferralText(definition)};`,
      name: snakeCase(`add_${index}`),
      after: 'commit',
      outsideTransaction: false,
    },
  ];
}

/** One that is not validated stays so. */
function checkedSteps(table: Table, constraint: Constraint): readonly PlanStep[] {
  const add: PlanStep = {
    sql: `${addConstraint(table.name, { ...constraint, validated: false })};`,
    name: snakeCase(`add_${constraint.name}`),
    after: 'commit',
    outsideTransaction: false,
  };
  if (!constraint.validated) return [add];
  return [
    add,
    {
      sql: `ALTER TABLE ${displayName(table.name)} VALIDATE CONSTRAINT ${quoteIdentifier(constraint.name)};`,
      name: snakeCase(`validate_${constraint.name}`),
      after: 'commit',
      outsideTransaction: false,
    },
  ];
}

function renameText(table: Table, index: Index, copy: string): string {
  if (index.constraint !== undefined) return constraintRename(table, copy, index.constraint);
  const from = displayName({ schema: table.name.schema, name: copy });
  return `ALTER INDEX ${from} RENAME TO ${quoteIdentifier(index.name)};`;
}

/** RENAME CONSTRAINT; its index goes with it. */
export function constraintRename(table: Pick<Table, 'name'>, from: string, to: string): string {
  return `ALTER TABLE ${displayName(table.name)} RENAME CONSTRAINT ${quoteIdentifier(from)} TO ${quoteIdentifier(to)};`;
}
