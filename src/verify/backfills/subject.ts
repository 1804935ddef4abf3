import type { Node } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import type { Place } from '../../input/text/types.ts';
import type { ReplayedMigration } from '../../lint/replay.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import { batchLoopOf, type BatchLoop } from '../../model/loops/batch-loop.ts';
import { driversOf, type Driver } from '../../model/loops/drivers.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { constantText, fieldsOf, stringOf } from '../../model/operations/nodes.ts';
import { visitNodes } from '../../model/operations/parse-tree.ts';
import { columnNames } from '../../model/operations/queries.ts';
import { expressionText } from '../../model/operations/source-text.ts';
import type { Loop, ObjectName } from '../../model/operations/types.ts';

/** A batch loop that is to be run on rows. */
export interface BackfillSubject {
  readonly place: Place;
  readonly table: ObjectName;
  /** As people write it, and as SQL wants it. */
  readonly tableText: string;
  /** The most rows that a pass changes; undefined where nobody can say. */
  readonly batch: number | undefined;
  readonly commits: BatchLoop['commits'];
  /** Whether it deletes the rows that it is done with. */
  readonly deletes: boolean;
  /**
   * What the rows fulfil that it has work with, after `FROM table AS alias WHERE`: what it asks of keys that its variables hold left out;
   * `true` if that is all. Undefined where it cannot be told.
   */
  readonly condition: { readonly alias: string; readonly sql: string } | undefined;
  /** Columns with what they must hold for a row to need work, as far as it is easily seen: a constant; null is NULL. */
  readonly needs: ReadonlyMap<string, string | null>;
}

/** A batch loop that cannot be run on rows of our own, and why. */
export interface UnfitLoop {
  readonly unfit: string;
}

/** The batch loops of a migration that run when its script does. */
export function backfillsOf({
  migration,
  steps,
}: ReplayedMigration): readonly (BackfillSubject | UnfitLoop)[] {
  return migration.loops.flatMap((loop) => {
    if (loop.run === 'called') return [];
    const step = steps.find(({ operation }) => operation.loop === loop);
    const batch = step && batchLoopOf(loop, step.before);
    if (step === undefined || batch === undefined) return [];
    return [subjectOf(batch, loop, step.before)];
  });
}

function subjectOf(batch: BatchLoop, loop: Loop, catalog: Catalog): BackfillSubject | UnfitLoop {
  const [driver, ...others] = driversOf(loop, catalog);
  const table = batch.changes[0]?.table;
  if (driver === undefined || table === undefined)
    return { unfit: 'The loop changes no table with UPDATE or DELETE that the history creates.' };
  if (others.length > 0) return { unfit: 'The loop changes several tables, or one several times in a pass.' };
  const { write, picked, page } = driver;
  const isPage = picked.page !== undefined;
  const source = isPage || picked.by === 'condition' ? write.statement : pageStatement(driver);
  const conditions = driver.conditions ?? (isPage ? page?.conditions : undefined);
  const free = conditions?.filter((condition) => !namesVariable(condition, driver));
  return {
    place: loop.place,
    table: driver.table.name,
    tableText: displayName(driver.table.name),
    batch: batch.batchSize,
    commits: batch.commits,
    deletes: write.kind === 'Delete',
    condition:
      source === undefined || free === undefined || picked.joins
        ? undefined
        : conditionOf(free, source, isPage ? (page?.alias ?? '') : picked.alias),
    needs: new Map((free ?? []).flatMap(needOf)),
  };
}

/** The statement that fills the variable with the keys of a page. */
function pageStatement({ pageStep }: Driver): Statement | undefined {
  return pageStep?.kind === 'statement' ? pageStep.operations[0]?.statement : undefined;
}

function conditionOf(
  conditions: readonly Node[],
  statement: Statement,
  alias: string,
): BackfillSubject['condition'] {
  const texts = conditions.map((condition) => expressionText(statement, condition, 'condition'));
  if (texts.includes('')) return undefined;
  return {
    alias: quoteIdentifier(alias),
    sql: texts.length === 0 ? 'true' : texts.map((text) => `(${text})`).join(' AND '),
  };
}

/** `x IS NULL`, `x = 'old'`. */
function needOf(condition: Node): readonly (readonly [string, string | null])[] {
  const test = fieldsOf(condition, 'NullTest');
  if (test?.nulltesttype === 'IS_NULL') {
    const column = columnNames(test.arg)?.at(-1);
    return column === undefined ? [] : [[column, null]];
  }
  const expression = fieldsOf(condition, 'A_Expr');
  const column = columnNames(expression?.lexpr)?.at(-1);
  const isEqual = expression?.kind === 'AEXPR_OP' && stringOf(expression.name?.at(-1)) === '=';
  const constant = fieldsOf(expression?.rexpr, 'A_Const');
  const value = constant && constantText(constant);
  return isEqual && column !== undefined && value !== undefined ? [[column, value]] : [];
}

function namesVariable(condition: Node, { isVariable }: Driver): boolean {
  let found = false;
  visitNodes(condition, (type, fields) => {
    if (type === 'ColumnRef' && isVariable(columnNames({ ColumnRef: fields })?.[0] ?? '')) found = true;
  });
  return found;
}
