/** How old a database must be before another run removes it, in milliseconds: no run takes a day. */
const OLD = 24 * 60 * 60 * 1000;

/**
 * The name of a scratch database, which carries the time: `migration_lint_20240229120000_k3x9q2`.
 *
 * @param random lower-case letters and digits.
 */
export function scratchName(now: Date, random: string): string {
  return `migration_lint_${now.toISOString().replaceAll(/\D/gu, '').slice(0, 14)}_${random}`;
}

/** Whether a database is one that an earlier run left behind: its name is one of ours, and a day old. */
export function isLeftBehind(name: string, now: Date): boolean {
  const [, year, month, day, hour, minute, second] =
    /^migration_lint_(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)_[a-z\d]+$/u.exec(name) ?? [];
  if (year === undefined) return false;
  const made = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return now.getTime() - made > OLD;
}
