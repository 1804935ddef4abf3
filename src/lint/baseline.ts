import type { Finding } from './finding.ts';

/** A finding that was there when a project began to be linted: it is known, and not shown again. */
export interface BaselineEntry {
  /** What a finding is recognised by: it survives moved lines and changed layout, see {@link Finding.fingerprint}. */
  readonly fingerprint: string;
  /** For people who read the file; nothing is recognised by the rest. */
  readonly rule: string;
  readonly path: string;
  readonly message: string;
}

/** The outcome of holding findings against a baseline. */
export interface BaselineComparison<Item> {
  /** What the baseline does not know. */
  readonly fresh: readonly Item[];
  readonly known: readonly Item[];
  /** What the baseline knows and nobody finds any more: mended, or its file is gone. */
  readonly stale: readonly BaselineEntry[];
}

const VERSION = 1;

/**
 * Reads a baseline file.
 *
 * @throws {BaselineError} if it is no baseline, or one of a later version.
 */
export function parseBaseline(text: string): readonly BaselineEntry[] {
  const value = parseJson(text);
  if (!isRecord(value) || !Array.isArray(value['findings'])) throw new BaselineError('it is no baseline');
  if (value['version'] !== VERSION) {
    throw new BaselineError(`its version is ${String(value['version'])}, and this program reads ${VERSION}`);
  }
  return value['findings'].map((entry: unknown, index) => {
    if (!isEntry(entry)) {
      throw new BaselineError(`findings[${index}] lacks a text for fingerprint, rule, path or message`);
    }
    const { fingerprint, rule, path, message } = entry;
    return { fingerprint, rule, path, message };
  });
}

/** The text of a baseline file. Entries are sorted, one a line, so that merges of two branches touch few lines. */
export function baselineText(entries: readonly BaselineEntry[]): string {
  const lines = entries
    .toSorted((a, b) => compare(keyOf(a), keyOf(b)))
    .map(({ rule, path, message, fingerprint }) => JSON.stringify({ path, rule, message, fingerprint }));
  const findings = lines.length === 0 ? '[]' : `[\n    ${lines.join(',\n    ')}\n  ]`;
  return `{\n  "version": ${VERSION},\n  "findings": ${findings}\n}\n`;
}

/** The entry for a finding. */
export function baselineEntry({ fingerprint, rule, path, message }: Finding): BaselineEntry {
  return { fingerprint, rule, path, message };
}

/**
 * Holds findings against a baseline.
 *
 * @param items what carries the findings.
 * @param findingOf the finding of an item.
 */
export function compareWithBaseline<Item>(
  items: readonly Item[],
  findingOf: (item: Item) => Finding,
  baseline: readonly BaselineEntry[],
): BaselineComparison<Item> {
  const entries = new Map(baseline.map((entry) => [entry.fingerprint, entry]));
  const fresh: Item[] = [];
  const known: Item[] = [];
  const seen = new Set<string>();
  for (const item of items) {
    const { fingerprint } = findingOf(item);
    seen.add(fingerprint);
    (entries.has(fingerprint) ? known : fresh).push(item);
  }
  return { fresh, known, stale: baseline.filter(({ fingerprint }) => !seen.has(fingerprint)) };
}

/** A baseline file that cannot be read. */
export class BaselineError extends Error {
  readonly code = 'baseline';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BaselineError((error as Error).message);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEntry(value: unknown): value is BaselineEntry {
  return (
    isRecord(value) &&
    ['fingerprint', 'rule', 'path', 'message'].every((key) => typeof value[key] === 'string')
  );
}

const keyOf = ({ path, rule, fingerprint }: BaselineEntry): string => `${path}\0${rule}\0${fingerprint}`;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
