import { wordsOf } from './name-similarity.ts';
import type { DropColumn, DropTable } from '../operations/types.ts';
import type { Script } from '../../input/sql/types.ts';

/** What says that a drop is the end of a replacement. */
export interface ContractClaim {
  /** The words as written. */
  readonly text: string;
  readonly in: 'name' | 'comment';
}

/** In a migration's name: a rename or replacement, or the contract step. */
const NAMES: ReadonlySet<string> = new Set([
  'rename',
  'renamed',
  'renaming',
  'replace',
  'replaced',
  'replacing',
  'contract',
]);

/** In a comment: the drop follows a copy, or is a phase of expand and contract. */
const COMMENTS =
  /\bexpand[\s-]*(?:\/|and|&|-)?[\s-]*contract\b|\bcontract\s+(?:phase|step|migration)\b|\b(?:phase|step)\s*\d+\s*[:.(–-]*\s*contract\b|\bcontract\s*:|\b(?:replaced|superseded)\s+by\b|\b(?:renamed|moved|migrated|copied|backfilled)\s+(?:in)?to\b|\bafter\s+(?:the\s+)?(?:backfill|rename|dual[\s-]writes?)\b/i;

/**
 * What calls a drop a contract: the name of its migration, or a comment just above its statement.
 *
 * @param drop DROP COLUMN or DROP TABLE, in a judged migration.
 * @param migration its migration. A word of the name that is the dropped one's own (`drop_contract_files`) says nothing.
 */
export function contractClaim(
  drop: DropColumn | DropTable,
  migration: { readonly name: string; readonly script: Script | undefined },
): ContractClaim | undefined {
  const own = new Set([
    ...wordsOf(drop.table.name),
    ...(drop.kind === 'DropColumn' ? wordsOf(drop.column) : []),
  ]);
  const words = wordsOf(migration.name).filter((word) => NAMES.has(word) && !isOwn(word, own));
  const [word] = words;
  if (word !== undefined) return { text: word, in: 'name' };
  const match = COMMENTS.exec(commentsAbove(drop, migration.script));
  return match === null ? undefined : { text: match[0].replaceAll(/\s+/g, ' '), in: 'comment' };
}

/** A table `contracts` makes `contract` a word of the business. */
function isOwn(word: string, own: ReadonlySet<string>): boolean {
  return own.has(word) || own.has(`${word}s`);
}

/** The comments between the statement before and this one, and those inside of it. */
function commentsAbove({ statement }: DropColumn | DropTable, script: Script | undefined): string {
  if (script === undefined || statement.source !== script.source) return '';
  const index = script.statements.findLastIndex(({ span }) => span.start <= statement.span.start);
  const from = script.statements[index - 1]?.span.end ?? 0;
  const until = script.statements[index]?.span.end ?? statement.span.end;
  return (
    script.comments
      .filter(({ span }) => span.start >= from && span.end <= until)
      .map(({ text }) => text)
      // Why a finding is acknowledged is no claim about the migration.
      .filter((text) => !text.trimStart().startsWith('migration-lint-'))
      .join('\n')
  );
}
