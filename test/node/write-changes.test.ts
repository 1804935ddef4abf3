import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeChanges, type FileChange } from '../../src/node/write-changes.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'changes-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const change = (path: string, before: string | undefined, after: string | undefined): FileChange => ({
  path,
  before: before === undefined ? undefined : Buffer.from(before),
  after: after === undefined ? undefined : Buffer.from(after),
});

function filesIn(folder: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

describe('writeChanges', () => {
  it('writes, makes folders, deletes, and removes the folders that are empty then', () => {
    const folder = folderWith({ 'm/7_a/up.sql': '1', 'm/7_a/down.sql': '2', 'm/6.sql': '6', 'k/x': 'y' });
    const left = writeChanges(folder, [
      change('m/7_a/up.sql', '1', undefined),
      change('m/7_a/down.sql', '2', undefined),
      change('m/8_a/up.sql', undefined, '1'),
      change('m/6.sql', '6', '66'),
      change('k/x', 'y', undefined),
    ]);
    expect(left).toEqual([]);
    expect(filesIn(folder)).toEqual({ 'm/6.sql': '66', 'm/8_a/up.sql': '1' });
    expect(readdirSync(folder)).toEqual(['m']);
    expect(readdirSync(join(folder, 'm')).sort()).toEqual(['6.sql', '8_a']);
  });

  it('keeps a folder in which something else lies, and permissions', () => {
    const folder = folderWith({ 'm/7_a/up.sql': '1', 'm/7_a/note.txt': 'n' });
    writeFileSync(join(folder, 'run.sql'), 'a', { mode: 0o755 });
    writeChanges(folder, [change('m/7_a/up.sql', '1', undefined), change('run.sql', 'a', 'b')]);
    expect(filesIn(folder)).toEqual({ 'm/7_a/note.txt': 'n', 'run.sql': 'b' });
    expect(statSync(join(folder, 'run.sql')).mode & 0o777).toBe(0o755);
  });

  it('leaves alone what has changed in the meantime, with all that belongs to it', () => {
    const folder = folderWith({ a: 'new', b: '1', c: '1', d: '1' });
    const left = writeChanges(
      folder,
      [
        change('a', 'old', undefined),
        change('b', '1', '2'),
        change('c', '1', '2'),
        change('d', '1', '2'),
        change('e', undefined, '2'),
      ],
      [
        ['a', 'e'],
        ['e', 'b'],
      ],
    );
    expect(left).toEqual(['a', 'b', 'e']);
    expect(filesIn(folder)).toEqual({ a: 'new', b: '1', c: '2', d: '2' });
  });

  it('writes nothing where something is by now', () => {
    const folder = folderWith({ a: 'somebody else' });
    expect(writeChanges(folder, [change('a', undefined, 'x')])).toEqual(['a']);
    expect(filesIn(folder)).toEqual({ a: 'somebody else' });
  });

  it('neither writes nor makes folders outside, through a link or by a path', () => {
    const outside = folderWith({});
    const folder = folderWith({ b: '1' });
    symlinkSync(outside, join(folder, 'out'));
    for (const path of ['out/deeper/a.sql', '../a.sql', 'out/a.sql'])
      expect(() => writeChanges(folder, [change('b', '1', '2'), change(path, undefined, 'x')])).toThrow(
        'leads out of the repository',
      );
    expect(readdirSync(outside)).toEqual([]);
    expect(existsSync(join(folder, '../a.sql'))).toBe(false);
    expect(filesIn(folder)['b']).toBe('1');
  });

  it('writes to what a link inside points to', () => {
    const folder = folderWith({ 'real.sql': '1' });
    symlinkSync('real.sql', join(folder, 'link.sql'));
    writeChanges(folder, [change('link.sql', '1', '2')]);
    expect(readFileSync(join(folder, 'real.sql'), 'utf8')).toBe('2');
  });

  it('deletes nothing if something cannot be written', () => {
    const folder = folderWith({ a: '1', m: 'a file' });
    expect(() =>
      writeChanges(folder, [change('a', '1', undefined), change('m/b.sql', undefined, '1')]),
    ).toThrow('m/b.sql cannot be written');
    expect(filesIn(folder)).toEqual({ a: '1', m: 'a file' });
  });
});
