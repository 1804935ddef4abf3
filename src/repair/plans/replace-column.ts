import type { Catalog, Column, Table } from '../../model/catalog/types.ts';
import { provesNotNull } from '../../model/effects/not-null.ts';
import { snakeCase } from '../../model/history/name-pattern.ts';
import { pageKey } from '../../model/history/page-key.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { Runner } from '../../input/runners/types.ts';
import { columnText } from '../ddl/columns.ts';
import { commentOnColumn } from '../ddl/notes.ts';
import { backfillStep } from './backfill-step.ts';
import { constraintRename, copiedParts } from './copied-parts.ts';
import { freeName } from './free-name.ts';
import { notNullSql } from './not-null-sql.ts';
import { syncTrigger, type Conversion } from './sync-trigger.ts';
import { releaseFirst } from './steps.ts';
import type { PlanStep } from './types.ts';

/** A column that another one takes the place of. Nothing must be built on it that would stay behind: see `whyNotReplaceable`. */
export interface ColumnReplacement {
  /** The table just before, and the schema. */
  readonly before: Table;
  readonly catalog: Catalog;
  readonly old: Column;
  /** The table as the direct change (RENAME COLUMN, ALTER COLUMN TYPE, DROP and ADD) would leave it, with the column in it. */
  readonly after: Table;
  readonly new: Column;
  /** How the values change; undefined where they are copied. */
  readonly conversion: Conversion | undefined;
  readonly runner: Runner;
  readonly postgresVersion: number;
  /** The most rows of a batch. */
  readonly rows: number;
  /** True if nothing but the names says that one takes the place of the other. */
  readonly isGuess?: boolean;
}

/**
 * The steps by which a new column takes the place of an old one while code of both releases runs, so that in the end the schema is what
 * the direct change would have made of it, the order of columns aside:
 * - expand: the column without its default, and a trigger that keeps both in step;
 * - backfill, in batches; indexes, keys and NOT NULL, each in its safe form;
 * - contract, as a draft: without the trigger and the old column, and with the names of the old one's indexes and constraints.
 *
 * The default comes last, since a trigger could not tell it from a value that somebody has set.
 */
export function replaceColumn(replacement: ColumnReplacement): readonly PlanStep[] {
  const { before, catalog, old, after } = replacement;
  const isTaken = nameIsTaken(before, after, catalog);
  const isFree = (name: string): boolean => !before.columns.some((column) => column.name === name);
  const final = replacement.new.name;
  const interim = isFree(final) ? final : freeName(`${old.name}_new`, (name) => !isFree(name));
  const scene: Scene = {
    ...replacement,
    interim,
    isTaken,
    trigger: syncTrigger({ table: before, old, new: interim, conversion: replacement.conversion, isTaken }),
  };
  const required = requiredSteps(scene);
  const parts = copiedParts({ after, column: final, interim, isTaken });
  return [
    expandStep(scene, required.early),
    ...fillSteps(scene),
    ...parts.steps,
    ...required.steps,
    contractStep(scene, [...parts.renames, ...required.renames]),
  ];
}

interface Scene extends ColumnReplacement {
  /** What the new column is called until the old one is gone. */
  readonly interim: string;
  readonly isTaken: (name: string) => boolean;
  readonly trigger: ReturnType<typeof syncTrigger>;
}

function expandStep({ before, after, catalog, interim, trigger, ...scene }: Scene, early: string): PlanStep {
  const column = { ...scene.new, name: interim, default: undefined };
  const { comment } = scene.new;
  const table = displayName(before.name);
  const statements = [
    `ALTER TABLE ${table} ADD COLUMN ${columnText(after, column, catalog, { notNull: false })};`,
    ...(comment === undefined ? [] : [`${commentOnColumn(before.name, interim, comment)};`]),
    ...trigger.create,
    ...(early === '' ? [] : [early]),
  ];
  return {
    sql: statements.join('\n'),
    name: snakeCase(`add_${interim}_to_${before.name.name}`),
    comment: `Expand: a trigger keeps ${quoteIdentifier(interim)} in step with ${quoteIdentifier(scene.old.name)} until the contract.${scene.isGuess === true ? ` ${guessWords(scene.old.name, interim)}` : ''}`,
    after: 'nothing',
    outsideTransaction: false,
  };
}

function guessWords(old: string, added: string): string {
  return `That ${quoteIdentifier(added)} is ${quoteIdentifier(old)} renamed is a guess from their names: check it before this runs.`;
}

function fillSteps({ before, old, interim, conversion, rows, runner }: Scene): readonly PlanStep[] {
  const key = pageKey(before);
  if (key === undefined) return [];
  const [to, from] = [quoteIdentifier(interim), quoteIdentifier(old.name)];
  const skipsNull = conversion?.using === undefined && !provesNotNull(before, old.name) && !old.notNull;
  const write = {
    table: before,
    key,
    head: `UPDATE ${displayName(before.name)} SET ${to} = ${conversion?.using ?? from}`,
    conditions: [`${to} IS NULL`, ...(skipsNull ? [`${from} IS NOT NULL`] : [])],
    rows,
  };
  return [backfillStep(write, snakeCase(`backfill_${before.name.name}_${interim}`), runner)];
}

interface RequiredSteps {
  /** What comes with the column itself; empty for nothing. */
  readonly early: string;
  readonly steps: readonly PlanStep[];
  readonly renames: readonly string[];
}

/** NOT NULL: a constraint that is NOT VALID, which counts for new rows, then VALIDATE, then SET NOT NULL, which need not look. */
function requiredSteps(scene: Scene): RequiredSteps {
  const { before, after, old, interim, conversion, postgresVersion, isTaken } = scene;
  if (!scene.new.notNull) return { early: '', steps: [], renames: [] };
  const { add, prove, name } = notNullSql(before.name, interim, { postgresVersion, isTaken });
  // Every row that is written gets a value by the trigger, unless the old one has none, or it cannot be converted.
  const isSafe = (old.notNull || provesNotNull(before, old.name)) && conversion?.mayFail !== true;
  const [table, from] = [displayName(before.name), quoteIdentifier(old.name)];
  const relax = old.notNull ? [`ALTER TABLE ${table} ALTER COLUMN ${from} DROP NOT NULL;`] : [];
  const steps: PlanStep[] = [
    {
      sql: [...prove, ...relax].join('\n'),
      name: snakeCase(`set_${before.name.name}_${interim}_not_null`),
      after: 'commit',
      outsideTransaction: false,
    },
  ];
  if (!isSafe)
    steps.unshift({
      sql: add,
      name: snakeCase(`require_${before.name.name}_${interim}`),
      comment: `Only once every row has a value in ${quoteIdentifier(interim)}, and no running code leaves it out: from now on PostgreSQL refuses rows without.`,
      needs: releaseFirst(`leaves no row without a value in ${quoteIdentifier(interim)}`),
      after: 'release',
      outsideTransaction: false,
    });
  const kept = after.columns.find((one) => one.name === scene.new.name)?.notNullConstraint?.name;
  const isRenamed = name !== undefined && kept !== undefined && kept !== name;
  const renames = isRenamed ? [constraintRename(before, name, kept)] : [];
  return { early: isSafe ? add : '', steps, renames };
}

function contractStep(
  { before, old, interim, trigger, conversion, ...scene }: Scene,
  renames: readonly string[],
): PlanStep {
  const table = displayName(before.name);
  const [from, to] = [quoteIdentifier(old.name), quoteIdentifier(interim)];
  const final = scene.new.name;
  const isSwap = interim !== final;
  const value = scene.new.default;
  const statements = [
    ...(conversion?.mayFail === true ? [assertFilled(table, from, to)] : []),
    ...trigger.drop,
    `ALTER TABLE ${table} DROP COLUMN ${from};`,
    ...(isSwap ? [`ALTER TABLE ${table} RENAME COLUMN ${to} TO ${quoteIdentifier(final)};`] : []),
    ...(value === undefined
      ? []
      : [`ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(final)} SET DEFAULT ${value.text};`]),
    ...renames,
  ];
  return {
    sql: statements.join('\n'),
    name: isSwap
      ? snakeCase(`swap_${old.name}_in_${before.name.name}`)
      : snakeCase(`remove_${old.name}_from_${before.name.name}`),
    comment: isSwap
      ? `Contract: ${to} takes the place of ${from}, in one transaction. Only once all running code can read and write the new type.`
      : `Contract: only once no running code reads or writes ${from}.${scene.isGuess === true ? ` ${guessWords(old.name, interim)}` : ''}`,
    needs: releaseFirst(
      isSwap ? `reads and writes ${from} of either type` : `neither reads nor writes ${from}`,
    ),
    after: 'release',
    outsideTransaction: false,
  };
}

/** Values that could not be converted would be lost with the old column. */
function assertFilled(table: string, from: string, to: string): string {
  return `DO $$
BEGIN
  IF EXISTS (SELECT FROM ${table} WHERE ${from} IS NOT NULL AND ${to} IS NULL) THEN
    RAISE EXCEPTION 'rows are left whose value has no counterpart of the new type';
  END IF;
END
$$;`;
}

/** Whether an index, a constraint or a function cannot have a name. */
export function nameIsTaken(before: Table, after: Table, catalog: Catalog): (name: string) => boolean {
  const { schema } = before.name;
  return (name) =>
    [before, after].some((table) => table.constraints.some((one) => one.name === name)) ||
    catalog.index({ schema, name }) !== undefined ||
    catalog.table({ schema, name }) !== undefined ||
    catalog.routines({ schema, name }).length > 0;
}
