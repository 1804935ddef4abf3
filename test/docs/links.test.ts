import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'fixtures/README.md'].concat(
  readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name.replaceAll('\\', '/')}`),
);

/** What npm puts into a package whatever `files` says. */
const ALWAYS = ['README.md', 'LICENSE', 'package.json'];
const { files, exports } = JSON.parse(read('package.json')) as {
  readonly files: readonly string[];
  readonly exports: Readonly<Record<string, unknown>>;
};
const isShipped = (path: string): boolean =>
  [...ALWAYS, ...files].some((top) => path === top || path.startsWith(`${top}/`));

/** A link of a page: the path that it leads to, from the repository's top level, and the heading there. */
interface Link {
  readonly path: string;
  readonly anchor: string | undefined;
}

function linksOf(page: string): readonly Link[] {
  const text = read(page).replaceAll(/```.*?```|`[^`\n]*`/gsu, '');
  return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?[^)]*\)/gu)].map(
    ([, target = '', anchor]) => ({
      path: target === '' ? page : posix.join(dirname(page), target).replace(/\/$/u, ''),
      anchor,
    }),
  );
}

/** The anchors of a page’s headings, as GitHub makes them; the second of the same text gets a number. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const headings = read(page)
    .replaceAll(/^```.*?^```/gmsu, '')
    .matchAll(/^#+ (.*)$/gmu);
  for (const [, heading = ''] of headings) {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    for (let count = 0; ; count++) {
      const numbered = count === 0 ? anchor : `${anchor}-${count}`;
      if (anchors.has(numbered)) continue;
      anchors.add(numbered);
      break;
    }
  }
  return anchors;
}

describe('links', () => {
  it.each(pages)('of %s lead somewhere', (page) => {
    const dead = linksOf(page).filter(({ path, anchor }) => {
      if (!existsSync(join(root, path))) return true;
      if (anchor === undefined) return false;
      return statSync(join(root, path)).isDirectory() || !anchorsOf(path).has(anchor);
    });
    expect(dead).toEqual([]);
  });

  it.each(pages.filter(isShipped))('of %s lead to what is in the package with it', (page) => {
    expect(linksOf(page).filter(({ path }) => !isShipped(path))).toEqual([]);
  });

  it('are looked for in every page that the package has', () => {
    expect(pages.filter(isShipped).length).toBeGreaterThan(100);
    expect(linksOf('README.md').length).toBeGreaterThan(10);
  });

  it('of the package’s exports to files that are not built are alive', () => {
    const plain = Object.values(exports).filter((target): target is string => typeof target === 'string');
    expect(
      plain.filter((path) => !existsSync(join(root, path)) || !isShipped(posix.normalize(path))),
    ).toEqual([]);
  });
});
