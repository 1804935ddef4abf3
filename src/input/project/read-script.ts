import { child } from '../files/paths.ts';
import type { Layout, MigrationEntry, ScriptRole } from '../layouts/types.ts';
import { decodeSource, type DecodedSource } from '../text/decode.ts';
import type { Problem } from '../sql/types.ts';
import type { ReadFile } from './types.ts';

/** Turns the bytes of a migration's file into one of its scripts; undefined if the file has no such script. */
export type ScriptReader = (
  path: string,
  bytes: Uint8Array,
  entry: MigrationEntry,
  role: ScriptRole,
) => ReadFile | undefined;

/**
 * The reader for a layout. Of a file that holds both scripts it reads the part that is asked for; what is wrong with such a
 * file as a whole is told of the forward script alone, and of the rollback what its own section has.
 *
 * @param maxBytes the largest file that is read.
 */
export function scriptReader(layout: Layout, maxBytes: number): ScriptReader {
  let last: { readonly bytes: Uint8Array; readonly decoded: DecodedSource } | undefined;
  return (path, bytes, entry, role) => {
    if (last?.bytes !== bytes || last.decoded.source.path !== path) {
      last = { bytes, decoded: decodeSource(path, bytes, { maxBytes }) };
    }
    const { source, problems } = last.decoded;
    const isSecond = role === 'rollback' && entry.forward === entry.rollback;
    if (source.text === '' && problems.length > 0) return isSecond ? undefined : { source, problems };
    const part = layout.part?.(source.text, role);
    const refused = role === 'forward' || isSecond ? refusalOf(layout, source.text, role) : [];
    if (layout.part !== undefined && part === undefined) {
      return refused.length === 0
        ? undefined
        : { source, problems: [...problems, ...refused], within: { start: 0, end: 0 } };
    }
    const isWhole = part === undefined || (part.within.start === 0 && part.within.end === source.text.length);
    // A file that is its own rollback has sections, or no rollback.
    if (isSecond && isWhole) return undefined;
    const withoutTransaction = part?.withoutTransaction === true ? true : entry.withoutTransaction;
    return {
      source,
      problems: isSecond ? refused : [...problems, ...refused],
      ...(!isWhole && { within: part.within }),
      ...(withoutTransaction !== undefined && { withoutTransaction }),
      ...(part?.unread !== undefined && { unread: part.unread }),
    };
  };
}

function refusalOf(layout: Layout, text: string, role: ScriptRole): readonly Problem[] {
  const refusal = layout.refusal?.(text, role);
  return refusal === undefined ? [] : [{ kind: 'refused', ...refusal }];
}

/** The text of a script alone, with LF for line ends: what two versions of it are compared by. */
export function scriptText({ source, within }: ReadFile): string {
  const text = within === undefined ? source.text : source.text.slice(within.start, within.end);
  return text.replaceAll('\r\n', '\n');
}

/** What a migration is that cannot be read, for people; undefined for one that can, and for one that does nothing. */
export function unreadableOf(layout: Layout, { unreadable, forward }: MigrationEntry): string | undefined {
  if (unreadable !== undefined || forward !== undefined || layout.name !== 'drizzle') return unreadable;
  return 'an entry of meta/_journal.json without its file';
}

/** Where a tool looks for a migration's script and finds none; undefined for one that has it, or that is code. */
export function missingScriptOf(layout: Layout, entry: MigrationEntry): string | undefined {
  if (entry.forward !== undefined || entry.unreadable !== undefined) return undefined;
  switch (layout.name) {
    case 'prisma':
      return child(entry.path, 'migration.sql');
    case 'diesel':
      return child(entry.path, 'up.sql');
    default:
      return entry.path;
  }
}
