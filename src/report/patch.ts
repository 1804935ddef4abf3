import { createTwoFilesPatch } from 'diff';

/** A file before and after. */
export interface PatchedFile {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * Changes as a unified patch that `git apply` takes.
 *
 * @returns empty for no changes.
 */
export function unifiedPatch(files: readonly PatchedFile[]): string {
  return files.map(filePatch).join('');
}

function filePatch({ path, before, after }: PatchedFile): string {
  const old = before === undefined ? '/dev/null' : `a/${path}`;
  const body = createTwoFilesPatch(old, `b/${path}`, before ?? '', after, undefined, undefined, {
    headerOptions: { includeIndex: false, includeUnderline: false, includeFileHeaders: true },
  });
  const head = `diff --git a/${path} b/${path}\n`;
  return `${head}${before === undefined ? 'new file mode 100644\n' : ''}${body}`;
}
