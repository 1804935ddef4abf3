import type { Comment } from '../../input/sql/types.ts';
import { versionMoment } from '../../model/history/version-time.ts';
import type { WrittenDirective } from './directive.ts';
import { timeThatIsNoDay } from './until.ts';

/** What every directive begins with. */
const MARK = 'migration-lint-disable';

/** The program's name, as people write it in comments. */
const NAME = /migration[-_ ]?lint/iu;

/** What is meant as a directive and is none: another word, another case, another separator. Prose about the program is not. */
const MEANT =
  /^@?migration[-_ ]?lint(?:[-_:]\s*(?:dis|ignor|skip|allow|suppress|off\b|next)[\w-]*|\s+(?:disable|ignore|skip|allow|suppress|off)(?=[-_:\s]|$)[\w-]*)(?<rest>.*)$/isu;

const PARTS = /^-(?<scope>next-statement|file)(?:\s+(?<rules>.*?))??(?:\s+--+(?:\s+(?<reason>.*))?)?$/su;
const RULE = /^[\w-]+(?:\/[\w-]+)?$/u;
const UNTIL = /\s*\buntil\s+(?<date>\d{4}-\d{2}-\d{2})\.?$/iu;

/** Whether a text can have directives, or what is meant as one. Finding its comments costs much more. */
export function mentionsDirective(text: string): boolean {
  return NAME.test(text);
}

/**
 * Reads a comment as a directive: `migration-lint-disable-next-statement rule[, rule] -- reason [until 2026-12-31]`, or
 * `-disable-file` for the whole file.
 *
 * @returns one with a problem for a comment that is only meant as a directive; undefined for one that is none.
 */
export function readDirective({ span, text }: Comment): WrittenDirective | undefined {
  const trimmed = text.trim();
  const meant = MEANT.exec(trimmed)?.groups;
  if (!trimmed.startsWith(MARK)) return meant && misspelt(span, trimmed, meant['rest'] ?? '');
  const parts = PARTS.exec(trimmed.slice(MARK.length))?.groups;
  const names = namesIn(parts?.['rules'] ?? '');
  if (parts === undefined || names === undefined) return misspelt(span, trimmed, meant?.['rest'] ?? '');
  const scope = parts['scope'] === 'file' ? 'file' : 'next statement';
  const said = (parts['reason'] ?? '').trim();
  const until = UNTIL.exec(said)?.groups?.['date'];
  const reason = said.replace(UNTIL, '').trim() || undefined;
  const noDay = until === undefined ? timeThatIsNoDay(said) : isDay(until) ? undefined : until;
  const problem = reason === undefined ? 'reason' : noDay === undefined ? undefined : 'date';
  return { span, scope, names, reason, until: noDay ?? until, problem };
}

/** What can be made out of a comment that is not written like a directive, so that its right form can be told. */
function misspelt(span: Comment['span'], text: string, rest: string): WrittenDirective {
  const names = namesIn(rest.replace(/\s--+(?:\s.*)?$/su, ''));
  const isFile = /^[^\s]*\s?[\w-]*file\b/iu.test(text);
  return {
    span,
    scope: isFile ? 'file' : 'next statement',
    names: names ?? [],
    reason: undefined,
    until: undefined,
    problem: 'form',
  };
}

/** Names of rules with commas between them; undefined if it is anything else. */
function namesIn(text: string): readonly string[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  return names.every((name) => RULE.test(name)) ? names : undefined;
}

/** Whether there is such a day. */
function isDay(date: string): boolean {
  return versionMoment(date) !== undefined;
}
