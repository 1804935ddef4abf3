import type { ReadMigration } from '../input/project/types.ts';

/**
 * How many digits the versions of a project have: what most of the applied ones have, or of all where none is applied; of several
 * numbers that are met equally often the largest. Separators do not count. A baseline called `0_init` is no example.
 *
 * @returns undefined where no migration has a version.
 */
export function versionDigits(migrations: readonly ReadMigration[]): number | undefined {
  const versioned = migrations.filter(({ version, repeats }) => repeats !== true && /[1-9]/.test(version));
  const applied = versioned.filter(({ state }) => state === 'applied');
  const counts = new Map<number, number>();
  for (const { version } of applied.length > 0 ? applied : versioned) {
    const digits = version.replaceAll(/\D/g, '').length;
    counts.set(digits, (counts.get(digits) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, countA], [b, countB]) => countB - countA || b - a);
  return most?.[0];
}
