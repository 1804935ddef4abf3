import { describe, expect, it } from 'vitest';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { findProjects } from '../../../src/input/project/find-projects.ts';
import { DEFAULT_CONVENTIONS } from '../../../src/lint/conventions.ts';
import { ChangedFiles } from '../../../src/repair/place/changed-files.ts';
import { writeDrafts } from '../../../src/repair/place/drafts.ts';
import { LAYOUTS, projectOf, textAt } from './projects.ts';

const DRAFT = { sql: 'DROP TABLE a;\n', name: 'drop_a', rollback: 'CREATE TABLE a ();\n' };

describe.each(LAYOUTS)('a draft of %s', (layout) => {
  it('is found as no migration and as no project, wherever it lies', () => {
    const { scene } = projectOf(layout, ['20250101000000', '20250102000000'], 1);
    for (const draftsFolder of [DEFAULT_CONVENTIONS.draftsFolder, 'later/migrations']) {
      const files = new ChangedFiles(scene.tree);
      const conventions = { ...scene.conventions, draftsFolder };
      const paths = writeDrafts(files, { found: scene.found, conventions }, [DRAFT], '20250102000000_x');
      expect(paths).toEqual([`db/${draftsFolder}/drop_a.sql`]);
      expect(findProjects(files.tree).projects.map(({ folder }) => folder)).toEqual(
        findProjects(scene.tree).projects.map(({ folder }) => folder),
      );
    }
  });
});

it('refuses a folder inside the migrations folder, which Prisma would run', () => {
  const { scene } = projectOf('prisma', ['20250101000000'], 0);
  const atTop = { ...scene.found, folder: '' };
  expect(() =>
    writeDrafts(new ChangedFiles(scene.tree), { found: atTop, conventions: scene.conventions }, [DRAFT], 'x'),
  ).toThrow('lies in the migrations folder itself');
});

it('does not write the same draft twice over another one', () => {
  const { scene } = projectOf('prisma', ['20250101000000'], 0);
  const files = new ChangedFiles(memoryTree({ 'db/migration-drafts/drop_a.sql': 'mine' }));
  expect(writeDrafts(files, scene, [DRAFT], 'x')).toEqual(['db/migration-drafts/drop_a_2.sql']);
  expect(textAt(files.tree, 'db/migration-drafts/drop_a.sql')).toBe('mine');
  expect(textAt(files.tree, 'db/migration-drafts/drop_a_2.rollback.sql')).toBe('CREATE TABLE a ();\n');
});
