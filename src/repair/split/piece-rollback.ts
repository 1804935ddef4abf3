import { scriptTransactions } from '../../input/runners/script-transactions.ts';
import { runsRollbacks } from '../../input/runners/runs-rollbacks.ts';
import { parseScript } from '../../input/sql/parse-script.ts';
import type { Script, Statement } from '../../input/sql/types.ts';
import type { Migration, Project } from '../../lint/project.ts';
import { rollbackOutcome } from '../../model/rollback/rollback-outcome.ts';
import { shortcomingsOf } from '../../model/rollback/shortcomings.ts';
import type { RollbackOutcome } from '../../model/rollback/types.ts';
import type { Catalog } from '../../model/catalog/types.ts';
import { operationsOf } from '../../model/operations/operations-of.ts';
import type { Operation } from '../../model/operations/types.ts';
import { generateRollback } from '../rollback/generate.ts';
import { withConcurrentDrops } from './concurrent-drops.ts';
import { editedScript } from './edited-script.ts';
import type { Trial } from './trial.ts';
import { undoneObjects } from './undone-objects.ts';
import { cutScript, type Unit } from './units.ts';
import { writtenUnit } from './written-unit.ts';

/** A piece of a split as its rollback sees it. */
export interface UndonePiece {
  readonly name: string;
  readonly units: readonly Unit[];
  readonly operations: readonly Operation[];
  readonly before: Catalog;
  readonly after: Catalog;
  /** True if the script asks its tool for no transaction. */
  readonly outside: boolean;
  /** True for the piece that takes the origin's place. */
  readonly isFirst: boolean;
}

/**
 * Which statements of the origin's rollback undo which piece: the last one that makes or drops what they drop or make. What undoes
 * nothing of the others belongs to the first.
 */
export function shareRollback(
  rollback: Pick<Script, 'statements'> | undefined,
  pieces: readonly (readonly Operation[])[],
): ReadonlyMap<Statement, number> {
  const pieceOf = new Map<string, number>();
  for (const [index, operations] of pieces.entries())
    for (const operation of operations) for (const key of undoneObjects(operation)) pieceOf.set(key, index);
  return new Map(
    (rollback?.statements ?? []).map((statement) => {
      const keys = operationsOf(statement).flatMap(undoneObjects);
      const found = keys.map((key) => pieceOf.get(key)).filter((index) => index !== undefined);
      return [statement, found.length === 0 ? 0 : Math.max(...found)];
    }),
  );
}

/** What a piece's rollback is made for. */
export interface RollbackTask {
  readonly migration: Migration;
  readonly project: Project;
  /** Just after the piece. */
  readonly trial: Trial;
  /** The statements of the origin's rollback that undo the piece. */
  readonly own: ReadonlySet<Statement>;
}

/**
 * The rollback of a piece: the user's own statements where they undo it, with what its steps say; else one made from the schema before
 * and after it.
 *
 * @returns undefined if there is none that PostgreSQL would take and that would undo the piece.
 */
export function pieceRollback(piece: UndonePiece, task: RollbackTask): string | undefined {
  const { migration, project } = task;
  const by = { ...project, asksForNoTransaction: piece.outside };
  const own = ownText(piece, task);
  const freed = own === undefined ? undefined : withConcurrentDrops(own, piece.operations, by);
  if (freed !== own && freed !== undefined && isClean(freed, piece, task)) return freed;
  if (own !== undefined && isClean(own, piece, task)) return own;
  const generated = generateRollback(
    {
      id: piece.isFirst ? migration.id : piece.name,
      version: migration.version,
      index: migration.index,
      operations: piece.operations,
      earlier: migration.operations,
      catalogBefore: piece.before,
      catalogAfter: piece.after,
    },
    by,
  );
  return generated.irreversible || isClean(generated.sql, piece, task) ? generated.sql : undefined;
}

/** Whether a rollback undoes what it is to undo; one that nobody can judge does not count. */
function isClean(sql: string, piece: UndonePiece, { migration, project, trial }: RollbackTask): boolean {
  const script = parseScript({ path: 'rollback.sql', text: sql, encoding: 'utf-8', byteOrderMark: false });
  if (script.problems.length > 0) return false;
  const { runner } = project;
  const outcome = rollbackOutcome(trial.builder, {
    script,
    transactions: scriptTransactions(runner, script, piece.outside ? true : undefined),
    isSent: runsRollbacks(runner) && runner.assumed !== true,
    migration: migration.index,
    id: migration.id,
    before: piece.before,
  });
  return isCleanOutcome(outcome, {
    catalogBefore: piece.before,
    catalogAfter: piece.after,
    operations: piece.operations,
  });
}

/** Whether PostgreSQL takes a rollback, and it brings the schema back; one that says that there is no way back counts. */
export function isCleanOutcome(
  outcome: RollbackOutcome,
  migration: Parameters<typeof shortcomingsOf>[1],
): boolean {
  if (outcome.raises !== undefined) return true;
  if (outcome.steps.some(({ refusal }) => refusal !== undefined)) return false;
  const { notUndone, overreaching } = shortcomingsOf(outcome, migration);
  return notUndone.length === 0 && overreaching.length === 0;
}

/** What the user wrote for the piece, and what its steps say; undefined where that is nothing. */
function ownText({ units, isFirst }: UndonePiece, { migration, own }: RollbackTask): string | undefined {
  const steps = units.flatMap(({ step }) => step?.rollback ?? []).toReversed();
  const { rollback } = migration;
  const written = rollback === undefined ? undefined : writtenText(rollback, own, isFirst);
  const parts = [...steps, ...(written === undefined ? [] : [written.trimEnd()])];
  return parts.length === 0 ? undefined : `${parts.join('\n\n')}\n`;
}

/** The first piece keeps the file, with its header and its comments. */
function writtenText(rollback: Script, own: ReadonlySet<Statement>, isFirst: boolean): string | undefined {
  const does = rollback.statements.some((one) => own.has(one) && !('TransactionStmt' in one.tree));
  const cut = does ? cutScript(rollback, []) : undefined;
  if (cut === undefined) return undefined;
  if (isFirst)
    return editedScript(rollback, cut, {
      unit: ({ statement }) => own.has(statement),
      statement: () => false,
    });
  const texts = cut.flatMap((one) =>
    one.rest !== undefined && own.has(one.statement) ? [writtenUnit(one.rest, one)] : [],
  );
  return texts.join('\n\n');
}
