import type { GeneratedRollback, RollbackStatement, UndoneMigration } from './types.ts';

/** The whole script: what it undoes, what does not come back, and the statements. */
export function rollbackText(
  { id }: UndoneMigration,
  statements: readonly RollbackStatement[],
  { losses, irreversible, withoutTransaction }: Omit<GeneratedRollback, 'sql'>,
): string {
  const header = [
    `Rollback of ${id}.`,
    'Generated from the schema before and after the migration: try it with `migration-lint verify` before you need it.',
    ...(withoutTransaction
      ? ['CONCURRENTLY refuses a transaction: this script is to be run outside of one.']
      : []),
    ...lossLines(losses, irreversible),
  ];
  const body = irreversible ? [raise(id, losses)] : statements.map(statementText);
  const script =
    body.length === 0
      ? ['-- Nothing to undo: the migration changes neither the schema nor rows.\nSELECT 1;']
      : body;
  return `${commented(header)}\n\n${script.join('\n\n')}\n`;
}

function lossLines(losses: GeneratedRollback['losses'], irreversible: boolean): readonly string[] {
  if (losses.length === 0) return [];
  const title = irreversible ? 'There is no way back:' : 'What does not come back as it was:';
  return [title, ...losses.map(({ sentence }) => `- ${sentence}`)];
}

/** A statement with its semicolon and its note. */
export function statementText({ sql, note }: RollbackStatement): string {
  const last = sql.split('\n').at(-1) ?? '';
  // A comment at the end of a definition must not hide the semicolon.
  const end = last.includes('--') ? '\n;' : ';';
  return `${note === undefined ? '' : `${commented([note])}\n`}${sql}${end}`;
}

function commented(lines: readonly string[]): string {
  return lines
    .flatMap((line) => line.split('\n'))
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
}

/** A rollback that can do nothing must not succeed. */
function raise(id: string, losses: GeneratedRollback['losses']): string {
  const message = `${id} cannot be rolled back: ${losses.map(({ sentence }) => sentence).join(' ')}`;
  const text = message.replaceAll("'", "''").replaceAll('%', '%%').replaceAll(/\s+/g, ' ');
  return `DO $rollback$\nBEGIN\n  RAISE EXCEPTION '${text}';\nEND\n$rollback$;`;
}
