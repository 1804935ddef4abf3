/**
 * Decides whether to colour what goes to a stream. In this order: the flag, NO_COLOR, FORCE_COLOR, TERM=dumb, the terminal.
 *
 * @param flag `--color` or `--no-color`; undefined if neither was given.
 */
export function wantsColor(
  flag: boolean | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  if (flag !== undefined) return flag;
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (environment['TERM'] === 'dumb') return false;
  return isTerminal;
}
