import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskTree } from '../../../src/input/files/disk-tree.ts';
import { findFiles, walkFiles } from '../../../src/input/files/find-files.ts';
import { blobId } from '../../../src/input/files/git-objects.ts';
import { indexTree, revisionTree } from '../../../src/input/files/git-tree.ts';
import { gitRoot, openGit } from '../../../src/input/files/git.ts';
import { memoryTree } from '../../../src/input/files/memory-tree.ts';
import { emptyRepository, emptyWorkspace, removeAll } from '../repository.ts';

const made: string[] = [];
afterAll(() => removeAll(made));

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString('utf8');

describe('gitRoot', () => {
  it('finds the repository above a folder, also from a worktree', () => {
    const repository = emptyRepository(made);
    repository.write({ 'a/b/c.sql': '' });
    repository.commit();
    const other = emptyWorkspace(made);
    repository.git('worktree', 'add', '-q', join(other.root, 'tree'));
    expect(gitRoot(join(repository.root, 'a/b'))).toBe(repository.root);
    expect(gitRoot(join(repository.root, 'a/not/there'))).toBe(repository.root);
    expect(gitRoot(join(other.root, 'tree/a'))).toBe(join(other.root, 'tree'));
    expect(gitRoot(other.root)).toBeUndefined();
  });
});

describe('revisionTree', () => {
  it('has the exact bytes of the revision, in as few processes as possible', () => {
    const repository = emptyRepository(made);
    const bytes = Uint8Array.of(0x00, 0xff, 0x0a, 0x0a, 0x0d);
    const names = ['a b.sql', 'é\tt.sql', '😀.sql', 'new\nline.sql'];
    repository.write(Object.fromEntries(names.map((name) => [`m/${name}`, `-- ${name}\n`])));
    repository.write({ 'm/bytes.sql': bytes, 'm/empty.sql': '', 'other/x.sql': '' });
    repository.commit();
    repository.write({ 'm/a b.sql': 'changed', 'm/new.sql': '' });
    const git = openGit(repository.root);
    const tree = revisionTree(git, 'HEAD', { folder: 'm', label: 'origin/main' });
    expect(git.processes).toBe(0);
    expect(
      tree
        .list('m')
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...names, 'bytes.sql', 'empty.sql'].sort());
    const read = tree.readAll([
      ...names.map((name) => `m/${name}`),
      'm/bytes.sql',
      'm/empty.sql',
      'm/new.sql',
    ]);
    expect(read.slice(0, 4).map(text)).toEqual(names.map((name) => `-- ${name}\n`));
    expect([...(read[4] ?? [])]).toEqual([...bytes]);
    expect(read.slice(5).map(text)).toEqual(['', undefined]);
    expect(git.processes).toBe(2);
    expect(tree.objectId('m/bytes.sql')).toBe(blobId(bytes, tree.objectId('m/bytes.sql') ?? ''));
    expect(tree.label).toBe('origin/main');
  });

  it('takes a folder name literally', () => {
    const repository = emptyRepository(made);
    repository.write({ '[a]*/x.sql': '1', 'a/y.sql': '2', ':(top)/z.sql': '3' });
    repository.commit();
    const git = openGit(repository.root);
    for (const [folder, file] of [
      ['[a]*', 'x.sql'],
      [':(top)', 'z.sql'],
    ] as const) {
      expect(revisionTree(git, 'HEAD', { folder }).list(folder)).toEqual([{ name: file, kind: 'file' }]);
      expect(indexTree(git, { folder }).list(folder)).toEqual([{ name: file, kind: 'file' }]);
      expect(
        findFiles(diskTree(repository.root, { git }), folder, [{ kind: 'suffix', text: '.sql' }]),
      ).toEqual([`${folder}/${file}`]);
    }
  });

  it('says which revision is not there', () => {
    const git = openGit(emptyRepository(made).root);
    expect(() => revisionTree(git, 'nothing').list('')).toThrow(
      expect.objectContaining({ code: 'git-failed' }),
    );
  });
});

describe('indexTree', () => {
  it('has what is staged, not what lies on the disk', () => {
    const repository = emptyRepository(made);
    repository.write({ 'm/a.sql': 'committed', 'm/gone.sql': '' });
    repository.commit();
    repository.write({ 'm/a.sql': 'staged', 'm/b.sql': 'new' });
    repository.git('add', 'm/a.sql', 'm/b.sql');
    repository.git('rm', '-q', 'm/gone.sql');
    repository.write({ 'm/a.sql': 'only on disk', 'm/c.sql': 'not added' });
    const tree = indexTree(openGit(repository.root), { folder: 'm' });
    expect(tree.list('m').map(({ name }) => name)).toEqual(['a.sql', 'b.sql']);
    expect(tree.readAll(['m/a.sql', 'm/b.sql']).map(text)).toEqual(['staged', 'new']);
  });

  it('obeys the index that a commit hook names', () => {
    const repository = emptyRepository(made);
    repository.write({ 'a.sql': 'first' });
    repository.commit();
    writeFileSync(join(repository.root, '.git/next-index'), '');
    repository.git('read-tree', '--index-output=.git/next-index', 'HEAD');
    repository.write({ 'b.sql': 'added later' });
    repository.git('add', 'b.sql');
    const environment = { ...process.env, GIT_INDEX_FILE: '.git/next-index' };
    expect(indexTree(openGit(repository.root)).list('')).toHaveLength(2);
    expect(indexTree(openGit(repository.root, environment)).list('')).toEqual([
      { name: 'a.sql', kind: 'file' },
    ]);
  });

  it('refuses an index with conflicts', () => {
    const repository = emptyRepository(made);
    repository.write({ 'a.sql': 'base' });
    repository.commit();
    repository.git('checkout', '-q', '-b', 'other');
    repository.write({ 'a.sql': 'other' });
    repository.commit();
    repository.git('checkout', '-q', 'main');
    repository.write({ 'a.sql': 'main' });
    repository.commit();
    expect(() => repository.git('merge', '-q', 'other')).toThrow();
    expect(() => indexTree(openGit(repository.root)).list('')).toThrow(
      expect.objectContaining({ code: 'unmerged', message: 'a.sql has merge conflicts in the index' }),
    );
  });
});

describe('openGit', () => {
  it('runs nothing that the repository names', () => {
    const repository = emptyRepository(made);
    repository.write({ 'a.sql': '' });
    repository.commit();
    repository.write({ 'hook.sh': `#!/bin/sh\ntouch "${repository.root}/ran"\n` });
    repository.git('config', 'core.fsmonitor', `sh "${repository.root}/hook.sh"`);
    repository.git('config', 'core.pager', `sh "${repository.root}/hook.sh"`);
    const git = openGit(repository.root);
    indexTree(git).list('');
    revisionTree(git, 'HEAD').read('a.sql');
    findFiles(diskTree(repository.root, { git }), '', [{ kind: 'name', text: 'a.sql' }]);
    expect(diskTree(repository.root).read('ran')).toBeUndefined();
  });

  it('says so where git is not installed', () => {
    const git = openGit(emptyRepository(made).root, { PATH: '/nonexistent' });
    expect(() => git.run(['status'])).toThrow(expect.objectContaining({ code: 'git-missing' }));
  });
});

describe('findFiles', () => {
  const SQL = [
    { kind: 'suffix', text: '.sql' },
    { kind: 'name', text: 'lock' },
    { kind: 'prefix', text: 'prisma.' },
  ] as const;
  const files = {
    'a.sql': '',
    'x/lock': '',
    'x/prisma.config.ts': '',
    'x/a.sqlx': '',
    'x/.config/prisma.ts': '',
    'x/node_modules/y/b.sql': '',
    '.hidden/c.sql': '',
    'dist/d.sql': '',
  };
  const expected = ['a.sql', 'x/.config/prisma.ts', 'x/lock', 'x/prisma.config.ts'];

  it('finds the same in memory, on a disk, in a working tree, an index and a revision', () => {
    const repository = emptyRepository(made);
    repository.write(files);
    repository.commit();
    const git = openGit(repository.root);
    const plain = emptyWorkspace(made);
    plain.write(files);
    for (const tree of [
      memoryTree(files),
      diskTree(plain.root),
      diskTree(repository.root),
      indexTree(git),
      revisionTree(git, 'HEAD'),
    ]) {
      expect(findFiles(tree, '', SQL)).toEqual(expected);
      expect(walkFiles(tree, '', SQL)).toEqual(expected);
      expect(findFiles(tree, 'x', SQL)).toEqual(expected.slice(1));
      expect(findFiles(tree, 'x/node_modules/y', SQL)).toEqual(['x/node_modules/y/b.sql']);
    }
  });

  it('leaves new files to the walk', () => {
    const repository = emptyRepository(made);
    repository.write(files);
    const tree = diskTree(repository.root);
    expect(findFiles(tree, '', SQL)).toEqual([]);
    expect(walkFiles(tree, '', SQL)).toEqual(expected);
  });
});
