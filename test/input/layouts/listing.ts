import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import type { Layout } from '../../../src/input/layouts/types.ts';

/** A migration as a line: `0001_a < 0001_a.down.sql`, paths below the folder. */
export function listing(
  layout: Layout,
  files: readonly string[] | Readonly<Record<string, string>>,
): { readonly migrations: readonly string[]; readonly strays: readonly string[] } {
  const texts = Array.isArray(files) ? Object.fromEntries(files.map((file: string) => [file, ''])) : files;
  const tree = memoryTree(
    Object.fromEntries(Object.entries(texts).map(([path, text]) => [`m/${path}`, text])),
  );
  const { entries, strays } = layout.migrations(tree, 'm');
  return {
    migrations: entries.map(({ id, rollback }) =>
      rollback === undefined ? id : `${id} < ${rollback.slice(2)}`,
    ),
    strays: strays.map((path) => path.slice(2)),
  };
}

/** The text of a part of a file; undefined if the file has none. */
export function partText(layout: Layout, text: string, role: 'forward' | 'rollback'): string | undefined {
  const part = layout.part?.(text, role);
  return part && text.slice(part.within.start, part.within.end);
}
