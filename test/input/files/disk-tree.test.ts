import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { diskTree, treePath } from '../../../src/input/files/disk-tree.ts';
import { isInputError } from '../../../src/input/files/errors.ts';
import { emptyWorkspace, removeAll } from '../repository.ts';
import { refuseReading } from '../../support/refuse-reading.ts';

const made: string[] = [];
afterAll(() => removeAll(made));

const text = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && Buffer.from(bytes).toString('utf8');

describe('diskTree', () => {
  it('lists folders and reads files byte for byte', () => {
    const workspace = emptyWorkspace(made);
    const bytes = Uint8Array.of(0xff, 0x00, 0x0d, 0x0a);
    workspace.write({ 'a b/é.sql': bytes, 'a b/c/d.sql': 'x' });
    const tree = diskTree(workspace.root);
    expect(tree.list('a b')).toEqual(
      expect.arrayContaining([
        { name: 'é.sql', kind: 'file' },
        { name: 'c', kind: 'folder' },
      ]),
    );
    expect([...(tree.read('a b/é.sql') ?? [])]).toEqual([...bytes]);
    expect(tree.readAll(['a b/c/d.sql', 'nothing']).map(text)).toEqual(['x', undefined]);
  });

  it('gives nothing for what is not there, and no bytes for a folder', () => {
    const workspace = emptyWorkspace(made);
    workspace.write({ 'a/b.sql': '' });
    const tree = diskTree(workspace.root);
    expect(tree.list('nothing')).toEqual([]);
    expect(tree.list('a/b.sql')).toEqual([]);
    expect(tree.read('a')).toBeUndefined();
    expect(tree.read('a/b.sql/c')).toBeUndefined();
  });

  it('follows links inside the root and none that leave it', () => {
    const outside = emptyWorkspace(made);
    outside.write({ 'secret.sql': 'secret', 'folder/secret.sql': 'secret' });
    const workspace = emptyWorkspace(made);
    workspace.write({ 'real/a.sql': 'inside' });
    symlinkSync(join(outside.root, 'secret.sql'), join(workspace.root, 'out.sql'));
    symlinkSync(join(outside.root, 'folder'), join(workspace.root, 'out'));
    symlinkSync('real/a.sql', join(workspace.root, 'in.sql'));
    symlinkSync('real', join(workspace.root, 'in'));
    symlinkSync('nowhere', join(workspace.root, 'broken'));
    const tree = diskTree(workspace.root);
    expect([...tree.list('')].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'in', kind: 'folder', link: true },
      { name: 'in.sql', kind: 'file', link: true },
      { name: 'real', kind: 'folder' },
    ]);
    expect(text(tree.read('in.sql'))).toBe('inside');
    expect(text(tree.read('in/a.sql'))).toBe('inside');
    expect(tree.read('out.sql')).toBeUndefined();
    expect(tree.read('out/secret.sql')).toBeUndefined();
    expect(tree.list('out')).toEqual([]);
    expect(tree.read('../secret.sql')).toBeUndefined();
  });

  it('names the path and the reason of what cannot be read', () => {
    const workspace = emptyWorkspace(made);
    workspace.write({ 'a/b.sql': '' });
    mkdirSync(join(workspace.root, 'closed'));
    refuseReading(join(workspace.root, 'closed'));
    refuseReading(join(workspace.root, 'a/b.sql'));
    const tree = diskTree(workspace.root);
    expect(() => tree.read('a/b.sql')).toThrow(
      expect.objectContaining({ code: 'unreadable', path: 'a/b.sql', reason: 'EACCES' }),
    );
    expect(() => tree.list('closed')).toThrow(expect.objectContaining({ path: 'closed' }));
  });

  it('says why a path cannot be looked at', () => {
    const tree = diskTree(emptyWorkspace(made).root);
    const long = 'x'.repeat(300);
    const unreadable = expect.objectContaining({ code: 'unreadable', reason: 'ENAMETOOLONG', path: long });
    expect(() => tree.list(long)).toThrow(unreadable);
    expect(() => tree.read(long)).toThrow(unreadable);
  });

  it('says so if the root is not there', () => {
    const workspace = emptyWorkspace(made);
    let thrown: unknown;
    try {
      diskTree(join(workspace.root, 'nothing'));
    } catch (error) {
      thrown = error;
    }
    expect(isInputError(thrown)).toBe(true);
    expect(thrown).toMatchObject({ code: 'unreadable', reason: 'ENOENT' });
  });
});

describe('treePath', () => {
  it('turns absolute paths into paths of the tree, and refuses those outside', () => {
    const workspace = emptyWorkspace(made);
    workspace.write({ 'a/b.sql': '' });
    const { root } = workspace;
    expect(treePath(root, root)).toBe('');
    expect(treePath(root, join(root, 'a'))).toBe('a');
    expect(treePath(root, join(root, 'a/b.sql'))).toBe('a/b.sql');
    expect(treePath(root, join(root, 'not/there.sql'))).toBe('not/there.sql');
    expect(treePath(root, join(root, '..'))).toBeUndefined();
  });
});
