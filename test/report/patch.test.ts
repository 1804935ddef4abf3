import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { unifiedPatch, type PatchedFile } from '../../src/report/patch.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** What git makes of the files by the patch: path → text. */
function applied(files: readonly PatchedFile[]): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'patch-'));
  folders.push(folder);
  execFileSync('git', ['init', '-q'], { cwd: folder });
  for (const { path, before } of files) {
    if (before === undefined) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), before);
  }
  const patch = unifiedPatch(files);
  if (patch !== '')
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: folder, input: patch, stdio: 'pipe' });
  const found: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (entry.isFile() && !path.startsWith('.git')) found[path] = readFileSync(join(folder, path), 'utf8');
  }
  return found;
}

const wanted = (files: readonly PatchedFile[]): Readonly<Record<string, string>> =>
  Object.fromEntries(files.flatMap(({ path, after }) => (after === undefined ? [] : [[path, after]])));

const LONG = Array.from({ length: 30 }, (_, index) => `SELECT ${index};\n`).join('');

describe('the patch, as git applies it', () => {
  it.each<[string, readonly PatchedFile[]]>([
    ['changed', [{ path: 'a.sql', before: LONG, after: LONG.replace('SELECT 7;', 'SELECT 8;\nSELECT 9;') }]],
    ['new', [{ path: 'm/a.sql', before: undefined, after: 'SELECT 1;\n' }]],
    ['deleted', [{ path: 'm/a.sql', before: 'SELECT 1;\nSELECT 2;\n', after: undefined }]],
    ['new and empty', [{ path: 'a.sql', before: undefined, after: '' }]],
    ['empty and deleted', [{ path: 'a.sql', before: '', after: undefined }]],
    ['emptied', [{ path: 'a.sql', before: 'SELECT 1;', after: '' }]],
    ['filled', [{ path: 'a.sql', before: '', after: 'SELECT 1;' }]],
    ['without a line end', [{ path: 'a.sql', before: 'SELECT 1;', after: 'SELECT 1;\nSELECT 2;' }]],
    [
      'with CRLF',
      [{ path: 'a.sql', before: 'SELECT 1;\r\nSELECT 2;\r\n', after: 'SELECT 1;\r\n\r\nSELECT 3;' }],
    ],
    ['with a byte-order mark', [{ path: 'a.sql', before: '\ufeffSELECT 1;\n', after: '\ufeffSELECT 2;\n' }]],
    ['of a strange name', [{ path: 'a b/grüße "x"\\ y\t.sql', before: 'SELECT 1;\n', after: 'SELECT 2;\n' }]],
    [
      'renamed, with a space and another alphabet',
      [
        { path: 'm/7 älter.sql', before: LONG, after: undefined },
        { path: 'm/8 новый.sql', before: undefined, after: LONG },
      ],
    ],
    [
      'renamed and changed, without a line end',
      [
        { path: 'm/7/migration.sql', before: `-- Version: 7\r\n${LONG}SELECT 1;`, after: undefined },
        { path: 'm/8/migration.sql', before: undefined, after: `-- Version: 8\r\n${LONG}SELECT 1;` },
      ],
    ],
    [
      'one renamed to the former name of another',
      [
        { path: 'm/7.sql', before: LONG, after: undefined },
        { path: 'm/8.sql', before: 'CREATE TABLE a ();\n', after: LONG },
        { path: 'm/9.sql', before: undefined, after: 'CREATE TABLE a ();\n' },
      ],
    ],
  ])('%s', (_, files) => {
    expect(applied(files)).toEqual(wanted(files));
  });

  it('says a rename as git does', () => {
    expect(
      unifiedPatch([
        { path: 'm/8 b.sql', before: undefined, after: 'SELECT 1;\n' },
        { path: 'm/7 a.sql', before: 'SELECT 1;\n', after: undefined },
      ]),
    ).toBe(
      'diff --git a/m/7 a.sql b/m/8 b.sql\nsimilarity index 100%\nrename from m/7 a.sql\nrename to m/8 b.sql\n',
    );
  });

  it('whatever the texts are', () => {
    const text = fc.option(
      fc
        .array(fc.constantFrom('a\n', 'b\n', 'a\r\n', '\n', 'c', ' \n', '-x\n', '\\ No newline\n'), {
          maxLength: 6,
        })
        .map((lines) => lines.join('')),
      { nil: undefined },
    );
    const file = (path: string): fc.Arbitrary<PatchedFile> =>
      fc.record({ path: fc.constant(path), before: text, after: text });
    fc.assert(
      fc.property(fc.tuple(file('x/a.sql'), file('b.sql'), file('x/c.sql')), (files) => {
        const changes = files.filter(({ before, after }) => before !== after);
        expect(applied(changes)).toEqual(wanted(changes));
      }),
      { numRuns: 12 },
    );
  });
});

it('makes nothing of nothing', () => {
  expect(unifiedPatch([])).toBe('');
});
