import { structuredPatch } from 'diff';

/** A file before and after. */
export interface PatchedFile {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  /** Undefined for a file that goes. */
  readonly after: string | undefined;
}

/** A file as a patch says it: `from` is where it lay, if it moves. */
interface Change extends PatchedFile {
  readonly from: string;
}

/**
 * Changes as a patch in git's format, which `git apply` takes: changed, new, deleted and renamed files.
 *
 * @returns empty for no changes.
 */
export function unifiedPatch(files: readonly PatchedFile[]): string {
  return withRenames(files).map(filePatch).join('');
}

/** The least share of lines that two files have in common for the one to be the other, moved: git's own bound. */
const ALIKE = 0.5;

/** Pairs deleted files with the new ones that are most like them. */
function withRenames(files: readonly PatchedFile[]): readonly Change[] {
  const made = new Set(files.filter(({ before }) => before === undefined));
  const movedFrom = new Map<PatchedFile, PatchedFile>();
  for (const gone of files) {
    if (gone.after !== undefined) continue;
    let best: PatchedFile | undefined;
    let bestShare = ALIKE;
    for (const one of made) {
      const share = shareOf(gone.before ?? '', one.after ?? '');
      if (share < bestShare || (best !== undefined && share === bestShare)) continue;
      best = one;
      bestShare = share;
    }
    if (best === undefined) continue;
    made.delete(best);
    movedFrom.set(best, gone);
  }
  const moved = new Set(movedFrom.values());
  return files.flatMap((file) => {
    const old = movedFrom.get(file);
    if (moved.has(file)) return [];
    return [
      old === undefined ? { ...file, from: file.path } : { ...file, from: old.path, before: old.before },
    ];
  });
}

/** The share of text, by its lines, that two files have in common: from 0 to 1. An empty file is like no other. */
function shareOf(before: string, after: string): number {
  const longer = Math.max(before.length, after.length);
  if (before === '' || after === '') return 0;
  if (before === after) return 1;
  const counts = new Map<string, number>();
  for (const line of linesOf(before)) counts.set(line, (counts.get(line) ?? 0) + 1);
  let common = 0;
  for (const line of linesOf(after)) {
    const left = counts.get(line) ?? 0;
    if (left > 0) common += line.length;
    counts.set(line, left - 1);
  }
  return common / longer;
}

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

function filePatch({ path, from, before, after }: Change): string {
  const head = [`diff --git ${quoted(`a/${from}`)} ${quoted(`b/${path}`)}`];
  if (before === undefined) head.push('new file mode 100644');
  if (after === undefined) head.push('deleted file mode 100644');
  if (from !== path) {
    const share = Math.floor(shareOf(before ?? '', after ?? '') * 100);
    head.push(`similarity index ${share}%`, `rename from ${quoted(from)}`, `rename to ${quoted(path)}`);
  }
  const { hunks } = structuredPatch(from, path, before ?? '', after ?? '', undefined, undefined, {
    context: 3,
  });
  if (hunks.length > 0) {
    head.push(
      `--- ${before === undefined ? '/dev/null' : fileLine(`a/${from}`)}`,
      `+++ ${after === undefined ? '/dev/null' : fileLine(`b/${path}`)}`,
    );
  } else if (before === undefined || after === undefined) {
    // Without an index line git takes an empty file for a broken patch.
    head.push(before === undefined ? `index 0000000..${EMPTY}` : `index ${EMPTY}..0000000`);
  }
  for (const { oldStart, oldLines, newStart, newLines, lines } of hunks) {
    head.push(`@@ -${range(oldStart, oldLines)} +${range(newStart, newLines)} @@`, ...lines);
  }
  return `${head.join('\n')}\n`;
}

/** The first digits of git's id of a file without content. */
const EMPTY = 'e69de29';

/** A range of no lines begins after the line that it stands for. */
function range(start: number, lines: number): string {
  if (lines === 1) return `${start}`;
  return `${lines === 0 ? start - 1 : start},${lines}`;
}

/** A name as it stands in a line of its own: one with a space is ended by a tab, as git does it. */
function fileLine(path: string): string {
  const name = quoted(path);
  return name.includes(' ') && !name.startsWith('"') ? `${name}\t` : name;
}

/** A path as git writes it where it has control characters, quotes or backslashes: in quotes, with escapes. */
function quoted(path: string): string {
  if (!/["\\\p{Cc}]/u.test(path)) return path;
  const escaped = path.replaceAll(/["\\\p{Cc}]/gu, (found) => {
    const short: Readonly<Record<string, string>> = {
      '"': String.raw`\"`,
      '\\': String.raw`\\`,
      '\t': String.raw`\t`,
      '\n': String.raw`\n`,
      '\r': String.raw`\r`,
    };
    const code = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;
    return short[found] ?? [...Buffer.from(found)].map(code).join('');
  });
  return `"${escaped}"`;
}
