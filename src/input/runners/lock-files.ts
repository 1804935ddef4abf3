/** What is looked for in a lock file. */
export interface LockQuery {
  /** The package: `@prisma/client`. */
  readonly name: string;
  /** The folder of the package that depends on it, relative to the lock file; `''` for the lock file's own. */
  readonly folder: string;
  /** The range in that package's package.json, to choose among several versions. */
  readonly range: string | undefined;
}

/** A kind of lock file: its name and how the installed version of a package is found in its text. */
export interface LockFile {
  readonly name: string;
  readonly version: (text: string, query: LockQuery) => string | undefined;
}

/**
 * The lock files of npm, pnpm, Yarn and Bun. They are searched as text: a YAML parser would take longer than the whole run,
 * and all that is wanted is one line.
 */
export const LOCK_FILES: readonly LockFile[] = [
  { name: 'package-lock.json', version: npmVersion },
  { name: 'pnpm-lock.yaml', version: pnpmVersion },
  { name: 'yarn.lock', version: yarnVersion },
  { name: 'bun.lock', version: bunVersion },
];

/** `"packages/db/node_modules/prisma": { "version": "6.19.3"`, the nearest folder first; `"prisma": {` in old files. */
function npmVersion(text: string, { name, folder }: LockQuery): string | undefined {
  for (let at = folder; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const key = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    const found = versionAfter(text, `"${key}": {`);
    if (found !== undefined) return found;
    if (at === '') return versionAfter(text, `"${name}": {`);
  }
}

function versionAfter(text: string, key: string): string | undefined {
  const at = text.indexOf(key);
  return at < 0 ? undefined : /^\s*"version":\s*"([^"]+)"/.exec(text.slice(at + key.length, at + 500))?.[1];
}

/** The importer's `prisma:` with its `version:` line; else the version of the only such package. */
function pnpmVersion(text: string, { name, folder }: LockQuery): string | undefined {
  const importer = importerOf(text, folder === '' ? '.' : folder);
  const quoted = `(?:${escape(name)}|'${escape(name)}'|"${escape(name)}")`;
  const direct = new RegExp(`^ {6}${quoted}:\\n {8}specifier: .*\\n {8}version: ([^\\s(]+)`, 'm').exec(
    importer,
  )?.[1];
  if (direct !== undefined) return direct;
  return only(text.matchAll(new RegExp(`^ {2}['"]?/?${escape(name)}[@/](\\d[^:'"(]*)[^\\n]*:$`, 'gm')));
}

function importerOf(text: string, folder: string): string {
  const start = new RegExp(`^ {2}['"]?${escape(folder)}['"]?:$`, 'm').exec(text);
  if (start === null) return '';
  const from = start.index + start[0].length;
  const end = text.slice(from).search(/^ {0,2}\S/m);
  return end < 0 ? text.slice(from) : text.slice(from, from + end);
}

/** `prisma@^6.1.0:` (Yarn 1) or `"prisma@npm:^6.1.0":` (later), then a `version` line. */
function yarnVersion(text: string, { name, range }: LockQuery): string | undefined {
  const entry = new RegExp(`^("?${escape(name)}@[^\\n]*):\\n\\s+version:? "?([^"\\s]+)`, 'gm');
  const found = [...text.matchAll(entry)];
  const exact = found.find(([, keys = '']) =>
    keys
      .split(',')
      .some((key) => key.replaceAll('"', '').replace('@npm:', '@').trim() === `${name}@${range ?? ''}`),
  );
  return exact?.[2] ?? only(found.map((match) => ['', match[2]]));
}

/** `"prisma": ["prisma@6.1.0", …`. */
function bunVersion(text: string, { name }: LockQuery): string | undefined {
  return new RegExp(`"${escape(name)}":\\s*\\["${escape(name)}@([^"]+)"`).exec(text)?.[1];
}

/** The first group of all matches if they agree. */
function only(matches: Iterable<ArrayLike<string | undefined>>): string | undefined {
  const versions = new Set<string | undefined>();
  for (const match of matches) versions.add(match[1]);
  const [version] = versions;
  return versions.size === 1 ? version : undefined;
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
