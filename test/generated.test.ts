import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { families, rules } from '../rules/index.ts';
import { generatedFiles } from '../scripts/generated-files.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const STALE = 'run `npm run generate` and commit what it writes';

const files = await generatedFiles();

describe('generated files', () => {
  it.each([...files])('%s is current', (path, text) => {
    expect(existsSync(root + path) ? readFileSync(root + path, 'utf8') : '', STALE).toBe(text);
  });

  it('no page is left of a rule that is gone', () => {
    const pages = readdirSync(`${root}docs/rules`).map((name) => `docs/rules/${name}`);
    expect(pages.filter((page) => !files.has(page))).toEqual([]);
  });

  it('the index names every rule file, and each rule is called like its file', () => {
    const onDisk = readdirSync(`${root}rules`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((family) =>
        readdirSync(`${root}rules/${family.name}`).map(
          (file) => [file.replace(/\.ts$/u, ''), family.name] as const,
        ),
      );
    expect(families, STALE).toEqual(Object.fromEntries(onDisk));
    expect(rules.map(({ meta }) => meta.name)).toEqual(onDisk.map(([name]) => name).sort());
  });
});
