import { InputError } from '../files/errors.ts';
import type { Layout, MigrationEntry } from '../layouts/types.ts';

/**
 * Tells whether a migration is applied, by the last one that is.
 *
 * @param through its id or its version, which is a number to some tools: then zeros before it do not count. A version that no migration has, but that is written like theirs, counts as a point
 *   between them: the migration may have been squashed away.
 * @param option the option that names it, for the message, if it is not about what is applied.
 * @param folder that of the project, for the message.
 * @throws {InputError} `unknown-migration` if it is neither.
 */
export function appliedThrough(
  layout: Layout,
  entries: readonly MigrationEntry[],
  through: string,
  option?: string,
  folder = '',
): (id: string) => boolean {
  const wanted = through.replace(/\/(?:migration\.sql)?$|\.sql$/, '').replace(/^.*\//, '');
  const number = withoutZeros(wanted);
  const named = entries.findLastIndex(({ id, version }) => id === wanted || version === wanted);
  // goose and golang-migrate call 00012_add_x 12.
  const last =
    named >= 0 || number === undefined
      ? named
      : entries.findLastIndex(({ version }) => withoutZeros(version) === number);
  if (last >= 0) {
    const applied = new Set(entries.slice(0, last + 1).map(({ id }) => id));
    return (id) => applied.has(id);
  }
  if (entries.length === 0) return () => true;
  if (/^\d+$/.test(wanted) && entries.some(({ version }) => version.length === wanted.length)) {
    const versions = new Map(entries.map(({ id, version }) => [id, version]));
    return (id) => layout.compare(versions.get(id) ?? id, wanted) <= 0;
  }
  throw new InputError(
    'unknown-migration',
    `There is no migration ${through}${folder === '' ? '' : ` in ${folder}`}, which is said to be the ${option === undefined ? 'last applied one' : `one before those to judge (${option})`}`,
    `Name one of ${entries[0]?.id ?? ''} … ${entries.at(-1)?.id ?? ''}, or its version.`,
  );
}

/** A version that is a number; undefined for another. */
function withoutZeros(version: string): string | undefined {
  return /^\d+$/u.test(version) ? version.replace(/^0+(?=\d)/u, '') : undefined;
}
