import type { Place } from '../../input/text/types.ts';
import type { Directive } from '../directives/directive.ts';
import { editFix } from '../edits/edit-fix.ts';
import { afterLineEnd, endOfLine, isBlank, startOfLine } from '../edits/surroundings.ts';
import { replaceText } from '../edits/words.ts';
import type { FixRequest } from '../fix.ts';

/** The fix that takes a rule's name out of a directive; the whole comment if it names no other. */
export function withoutRuleFix(directive: Directive, rule: string): FixRequest | undefined {
  if (directive.rules.length < 2)
    return editFix('safe', 'takes the directive out', replaceText(wholeComment(directive.place), ''));
  const name = nameIn(directive, rule);
  if (name === undefined) return undefined;
  const { text } = name.source;
  const before = /,\s*$/u.exec(text.slice(directive.place.span.start, name.span.start))?.[0].length;
  const after = /^\s*,\s*/u.exec(text.slice(name.span.end, directive.place.span.end))?.[0].length ?? 0;
  const span =
    before === undefined
      ? { start: name.span.start, end: name.span.end + after }
      : { start: name.span.start - before, end: name.span.end };
  return editFix('safe', `takes ${rule} out of the directive`, replaceText({ ...name, span }, ''));
}

/** The fix that writes another rule's name in a directive. Unsafe: nobody said that it is the one that was meant. */
export function otherRuleFix(directive: Directive, rule: string, nearest: string): FixRequest | undefined {
  const name = nameIn(directive, rule);
  return name && editFix('unsafe', `writes ${nearest}`, replaceText(name, nearest));
}

/**
 * The fix that writes a comment that is meant as a directive like one.
 *
 * @returns undefined where it says no reason, or names a rule that there is not.
 */
export function directiveFormFix({ place, rules, scope }: Directive): FixRequest | undefined {
  const { source, span } = place;
  const comment = source.text.slice(span.start, span.end);
  const isBlock = comment.startsWith('/*');
  const inner = isBlock ? comment.slice(2, -2) : comment.slice(2);
  const reason = /\s--+\s+(\S.*)$/su.exec(inner.trimEnd())?.[1];
  if (reason === undefined || rules.length === 0 || rules.some(({ state }) => state === 'unknown'))
    return undefined;
  const kind = scope === 'file' ? 'file' : 'next-statement';
  const names = rules.map(({ name }) => name).join(', ');
  const directive = ` migration-lint-disable-${kind} ${names} -- ${reason}`;
  const text = isBlock ? `/*${directive} */` : `--${directive}`;
  return editFix('safe', 'writes it as a directive', replaceText(place, text));
}

/** Where a directive names a rule, before its reason. */
function nameIn({ place: { source, span } }: Directive, rule: string): Place | undefined {
  const comment = source.text.slice(span.start, span.end);
  const names = /^(?:--|\/\*)[\s\S]*?(?=\s--+(?:\s|$)|$)/u.exec(comment)?.[0] ?? '';
  for (const { index } of names.matchAll(/[\w/-]+/gu)) {
    const isIt = names.startsWith(rule, index) && !/[\w/-]/u.test(names.charAt(index + rule.length));
    const start = span.start + index;
    if (isIt) return { source, span: { start, end: start + rule.length } };
  }
  return undefined;
}

/** A comment with its line, or with the white space before it where something else stands on its line. */
function wholeComment({ source, span }: Place): Place {
  const { text } = source;
  const start = startOfLine(text, span.start);
  const end = endOfLine(text, span.end);
  const isFirst = isBlank(text.slice(start, span.start));
  const isLast = isBlank(text.slice(span.end, end));
  if (isFirst && isLast) return { source, span: { start, end: afterLineEnd(text, end) } };
  const blanks = isFirst ? 0 : span.start - start - text.slice(start, span.start).trimEnd().length;
  return { source, span: { start: span.start - blanks, end: span.end } };
}
