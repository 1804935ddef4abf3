import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { overlayTree } from '../../../src/input/files/overlay-tree.ts';
import type { FileTree } from '../../../src/input/files/types.ts';

const PATHS = ['a', 'd/a', 'd/b', 'd/e/a', 'd/e/f/a', 'g/a'];
const FOLDERS = ['', 'd', 'd/e', 'd/e/f', 'g'];

function shown(tree: FileTree): unknown {
  const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
    a.name < b.name ? -1 : 1;
  return {
    files: PATHS.map((path) => Buffer.from(tree.read(path) ?? 'none').toString()),
    lists: FOLDERS.map((folder) => [...tree.list(folder)].sort(byName)),
    found: FOLDERS.map((folder) => [...(tree.find?.(folder, [{ kind: 'name', text: 'a' }]) ?? [])].sort()),
  };
}

it('shows what would be there if the changes were written', () => {
  const files = fc.dictionary(fc.constantFrom(...PATHS), fc.constantFrom('1', '2'));
  const changes = fc.dictionary(
    fc.constantFrom(...PATHS),
    fc.option(fc.constantFrom('3', '4'), { nil: undefined }),
  );
  fc.assert(
    fc.property(files, changes, (before, changed) => {
      const after = Object.fromEntries(
        Object.entries({ ...before, ...changed }).flatMap(([path, text]) =>
          text === undefined ? [] : [[path, text]],
        ),
      );
      const bytes = Object.entries(changed).map(
        ([path, text]) => [path, text === undefined ? undefined : Buffer.from(text)] as const,
      );
      expect(shown(overlayTree(memoryTree(before), new Map(bytes)))).toEqual(shown(memoryTree(after)));
    }),
  );
});
