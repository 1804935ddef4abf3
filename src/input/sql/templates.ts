import type { Span } from '../text/types.ts';
import { quoteShort } from './messages.ts';
import type { Problem } from './types.ts';

/** A `{{…}}`, `${…}` or `<%…%>` placeholder outside quotes and comments. */
export interface Template {
  readonly span: Span;
  /** As written. */
  readonly text: string;
}

/** How a placeholder was read: as a name, as nothing, or not at all, with the statement around it. */
export type TemplateReading = 'name' | 'nothing' | 'unread';

/** Placeholders are at most this long, so that unclosed ones cannot make reading quadratic. */
const LONGEST = 300;

const CLOSERS = { '{{': '}}', '${': '}', '<%': '%>' } as const;

/**
 * The placeholder that begins at `at` (UTF-16), or at the `$` before it when `at` is the brace of `name${…}`; undefined
 * if none begins there or it is never closed.
 */
export function templateAt(text: string, at: number): Template | undefined {
  const start = text.startsWith('{', at) && text.charAt(at - 1) === '$' ? at - 1 : at;
  const opener = text.slice(start, start + 2);
  if (opener !== '{{' && opener !== '${' && opener !== '<%') return undefined;
  const window = text.slice(start, start + LONGEST);
  const end = opener === '${' ? closingBrace(window, 2) : window.indexOf(CLOSERS[opener], 2);
  if (end < 0) return undefined;
  const length = end + CLOSERS[opener].length;
  return { span: { start, end: start + length }, text: window.slice(0, length) };
}

/** True if the placeholder stands for no value: a condition, a loop, a comment. Nothing is read in its place. */
export function isControl(template: Template): boolean {
  return /^\{\{[-~]?\s*(?:[#/!>]|(?:if|else|end|range|with|define|block|template|break|continue)\b)|^<%(?![=-])/.test(
    template.text,
  );
}

/** A name of the same length for a placeholder, the same one wherever it stands; white space for {@link isControl}. */
export function nameFor(template: Template): string {
  return isControl(template)
    ? blank(template.text)
    : template.text.replace(/[^A-Za-z0-9]/g, '_').toLowerCase();
}

/** White space of the same length, line ends kept. */
export function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

/** One problem for each placeholder text, at its first occurrence. */
export function templateProblems(read: Iterable<readonly [Template, TemplateReading]>): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const [template, reading] of read) {
    const told = reading === 'name' && isControl(template) ? 'nothing' : reading;
    const key = `${told === 'unread' ? told : 'read'} ${template.text}`;
    if (problems.has(key)) continue;
    problems.set(key, { kind: 'template', span: template.span, message: messageFor(template, told) });
  }
  return [...problems.values()];
}

function messageFor(template: Template, reading: TemplateReading): string {
  const placeholder = `The template placeholder ${quoteShort(template.text)}`;
  switch (reading) {
    case 'name':
      return `${placeholder} is read as a name`;
    case 'nothing':
      return `${placeholder} is left out`;
    case 'unread':
      return `${placeholder} makes this statement unreadable`;
  }
}

/** The brace that closes `${`, over nested braces. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  const braces = /[{}]/g;
  braces.lastIndex = from;
  for (let brace = braces.exec(text); brace !== null; brace = braces.exec(text)) {
    depth += brace[0] === '{' ? 1 : -1;
    if (depth === 0) return brace.index;
  }
  return -1;
}
