import { sectionTool, type SectionTool } from '../../input/layouts/commented-sections.ts';
import { asksForNoTransaction } from '../../input/layouts/diesel.ts';
import { child } from '../../input/files/paths.ts';
import type { FoundProject, MigrationEntry } from '../../input/layouts/types.ts';
import type { ChangedFiles } from './changed-files.ts';

/**
 * Has a migration that is there run outside a transaction, in the words of its tool: a comment in its file, or a file beside it. Where
 * the tool has no such words, nothing changes.
 */
export function askForNoTransaction(files: ChangedFiles, found: FoundProject, entry: MigrationEntry): void {
  const { forward, rollback } = entry;
  if (forward === undefined) return;
  switch (found.layout) {
    case 'diesel':
      return edit(files, child(entry.path, 'metadata.toml'), withoutDieselTransaction);
    case 'flyway':
      return edit(files, `${forward}.conf`, withoutFlywayTransaction);
    case 'sqlx':
      edit(files, forward, withFirstLine);
      if (rollback !== undefined && rollback !== forward) edit(files, rollback, withFirstLine);
      return;
    case 'goose':
    case 'dbmate':
    case 'plain':
    case 'numbered':
    case 'custom':
      return edit(files, forward, (text = '') => withSectionMark(text, sectionTool(text)));
    case 'prisma':
    case 'supabase':
    case 'drizzle':
    case 'golang-migrate':
      return;
    default:
      return found.layout satisfies never;
  }
}

function edit(files: ChangedFiles, path: string, change: (text: string | undefined) => string): void {
  const text = files.read(path);
  const mark = text?.startsWith('\ufeff') === true ? '\ufeff' : '';
  files.set([[path, mark + change(text?.slice(mark.length))]]);
}

function withoutDieselTransaction(toml: string | undefined): string {
  if (toml === undefined || toml.trim() === '') return 'run_in_transaction = false\n';
  if (asksForNoTransaction(toml)) return toml;
  return toml.replace(/^(\s*"?run_in_transaction"?\s*=\s*)[^#\r\n]*/m, '$1false');
}

function withoutFlywayTransaction(text: string | undefined): string {
  const line = 'executeInTransaction=false';
  if (text === undefined) return `${line}\n`;
  const pattern = /^[\t ]*executeInTransaction[\t ]*[=:].*$/m;
  if (pattern.test(text)) return text.replace(pattern, line);
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`;
}

/** SQLx looks at the very first characters. */
function withFirstLine(text = ''): string {
  return text.startsWith('-- no-transaction') ? text : `-- no-transaction\n${text}`;
}

function withSectionMark(text: string, tool: SectionTool | undefined): string {
  switch (tool) {
    case undefined:
      return text;
    case 'goose':
      return /^--[^\S\n]*\+goose[^\S\n]+no[^\S\n]+transaction\b/im.test(text)
        ? text
        : `-- +goose NO TRANSACTION\n${text}`;
    case 'dbmate':
      return text.replaceAll(
        /^(--\s*migrate:(?:up|down)\b)(?!.*transaction:false)/gm,
        '$1 transaction:false',
      );
    default:
      return tool satisfies never;
  }
}
