import type { Fact, SchemaDifference } from './types.ts';

/**
 * A difference that a rollback leaves, in words: `users.name is still there`, `orders.total comes back without its default 0`.
 *
 * @returns a sentence without a final period.
 */
export function rollbackSentence(difference: SchemaDifference): string {
  return sentence(difference, { missing: 'is missing', left: 'is still there', comes: 'comes back' });
}

/** What became of a schema, in words: `users.name is new`, `orders.total is now without its default 0`. */
export function differenceSentence(difference: SchemaDifference): string {
  return sentence(difference, { missing: 'is gone', left: 'is new', comes: 'is now' });
}

interface Verbs {
  readonly missing: string;
  readonly left: string;
  readonly comes: string;
}

function sentence(difference: SchemaDifference, { missing, left, comes }: Verbs): string {
  const what = objectWords(difference.kind, difference.name);
  switch (difference.difference) {
    case 'missing':
      return `${what} ${missing}`;
    case 'left':
      return `${what} ${left}`;
    case 'column order':
      return `${what} ${comes} with its columns in another order: ${difference.after.join(', ')} instead of ${difference.before.join(', ')}`;
    case 'cosmetic':
      return `${what} ${comes} with other whitespace in its ${difference.property}`;
    case 'changed':
      return changeText(`${what} ${comes}`, difference);
    default:
      return difference satisfies never;
  }
}

/** `orders.total`, `table orders`, `index orders_total_idx`. */
export function objectWords(kind: string, name: string): string {
  return kind === 'column' ? name : `${kind} ${name}`;
}

type Changed = Extract<SchemaDifference, { difference: 'changed' }>;

function changeText(subject: string, { property, before, after }: Changed): string {
  const words = PROPERTIES[property] ?? property;
  if (property === 'privileges') return listText(subject, words, ...privilegesOf(before, after));
  if (typeof before === 'object' || typeof after === 'object') {
    return listText(subject, words, itemsOf(before), itemsOf(after));
  }
  if (before === true || after === true) {
    return before === true
      ? `${subject} without ${words}`
      : `${subject} with ${words}, which it did not have`;
  }
  if (before === undefined)
    return `${subject} with the ${words} ${short(String(after))}, which it did not have`;
  if (after === undefined) return `${subject} without its ${words} ${short(String(before))}`;
  const [old, now] = firstDifference(String(before), String(after));
  return `${subject} with the ${words} ${now} instead of ${old}`;
}

/** Where one word of the catalog is not the word of people. */
const PROPERTIES: Readonly<Record<string, string>> = {
  labels: 'value',
  'INVALID mark': 'the mark INVALID',
  'CLUSTER mark': 'the mark CLUSTER',
  'mark as replica identity': 'the mark as replica identity',
  privileges: 'privilege',
};

function listText(subject: string, words: string, old: readonly string[], now: readonly string[]): string {
  if (now.length === 0) return `${subject} without its ${words} ${old.join(', ')}`;
  if (old.length === 0) return `${subject} with the ${words} ${now.join(', ')}, which it did not have`;
  return `${subject} with the ${words} ${now.join(', ')} instead of ${old.join(', ')}`;
}

function itemsOf(fact: Fact | undefined): readonly string[] {
  return typeof fact === 'object' ? fact : fact === undefined ? [] : [String(fact)];
}

/** What is told as a lack of what everybody has, `no EXECUTE for PUBLIC`, is had on the other side. */
function privilegesOf(
  before: Fact | undefined,
  after: Fact | undefined,
): readonly [readonly string[], readonly string[]] {
  const had = (fact: Fact | undefined): readonly string[] =>
    itemsOf(fact).filter((item) => !item.startsWith('no '));
  const lacked = (fact: Fact | undefined): readonly string[] =>
    itemsOf(fact)
      .filter((item) => item.startsWith('no '))
      .map((item) => item.slice('no '.length));
  return [
    [...had(before), ...lacked(after)],
    [...had(after), ...lacked(before)],
  ];
}

/** Of two definitions the lines in which they first differ, since most of a function is the same. */
function firstDifference(before: string, after: string): readonly [string, string] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const at = old.findIndex((line, index) => line.trim() !== now[index]?.trim());
  if (at === -1) return ['its end', short(now[old.length] ?? '')];
  return shortened(old[at] ?? '', now[at] ?? 'nothing');
}

const LONGEST = 120;

/** Two long lines from the word on in which they differ. */
function shortened(before: string, after: string): readonly [string, string] {
  if (Math.max(before.length, after.length) <= LONGEST) return [short(before), short(after)];
  let same = 0;
  while (same < before.length && before[same] === after[same]) same++;
  const start = before.lastIndexOf(' ', Math.max(0, same - LONGEST / 3)) + 1;
  const cut = (line: string): string => (start > 0 ? `…${short(line.slice(start))}` : short(line));
  return [cut(before), cut(after)];
}

function short(line: string): string {
  const text = line.trim().replaceAll(/\s+/gu, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
