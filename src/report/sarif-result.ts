import type { Location, Message, Result } from 'sarif';
import { positionAt } from '../input/text/positions.ts';
import type { SourceText } from '../input/text/types.ts';
import type { Finding } from '../lint/finding.ts';
import { groupBy } from './group-by.ts';
import { findingLockLine } from './lock-line.ts';
import { lineHashes } from './sarif-fingerprint.ts';
import { sarifLocation } from './sarif-location.ts';
import { placeholders, sarifLevel } from './sarif-rules.ts';
import { sizeLine } from './size-line.ts';
import { visibleText } from './terminal-text.ts';
import type { DescribedRule } from './types.ts';
import { listed } from './words.ts';

/** The most related locations of a result; GitHub keeps 100. */
const RELATED = 50;

/** What the results of a run share. */
export interface ResultContext {
  readonly rules: ReadonlyMap<string, DescribedRule>;
  readonly ruleIndex: ReadonlyMap<string, number>;
  readonly rootPrefix: string;
}

/** Findings that GitHub would take for one alert: the same rule on the same line. The first of them speaks for all. */
export type SameAlert = readonly [Finding, ...Finding[]];

/** Findings as alerts, worst first, then by path and line. */
export function alerts(findings: readonly Finding[]): readonly SameAlert[] {
  const groups = groupBy(findings, (finding) =>
    // Findings without a place are about different things each.
    finding.place === undefined ? finding : `${finding.rule} ${lineOf(finding)} ${finding.place.source.path}`,
  );
  const rank = { error: 0, warning: 1, info: 2 } as const;
  return [...groups.values()]
    .map((group) => group.toSorted((a, b) => rank[a.severity] - rank[b.severity] || startOf(a) - startOf(b)))
    .filter((group): group is [Finding, ...Finding[]] => group.length > 0)
    .toSorted(
      ([a], [b]) =>
        rank[a.severity] - rank[b.severity] ||
        compare(a.path, b.path) ||
        startOf(a) - startOf(b) ||
        compare(a.rule, b.rule),
    );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const startOf = ({ place }: Finding): number => place?.span.start ?? -1;

function lineOf({ place }: Finding): number {
  return place === undefined ? 1 : positionAt(place.source, place.span.start).line;
}

/** Makes the results of one run; it remembers the hashes of each file's lines. */
export function resultMaker(context: ResultContext): (alert: SameAlert) => Result {
  const hashesBySource = new Map<SourceText, readonly string[]>();
  const hashesOf = (source: SourceText): readonly string[] => {
    let hashes = hashesBySource.get(source);
    if (hashes === undefined) {
      // GitHub reads files as UTF-8 and keeps the byte-order mark; what it makes of UTF-16 is nobody's line.
      hashes =
        source.encoding === 'utf-8'
          ? lineHashes(`${source.byteOrderMark ? '\ufeff' : ''}${source.text}`)
          : [];
      hashesBySource.set(source, hashes);
    }
    return hashes;
  };
  return (alert) => {
    const [finding] = alert;
    const related = relatedLocations(alert, context.rootPrefix);
    const lock = findingLockLine(finding);
    const size = sizeLine(finding.lowered);
    const hash =
      finding.place === undefined ? undefined : hashesOf(finding.place.source)[lineOf(finding) - 1];
    return {
      ruleId: finding.rule,
      ruleIndex: context.ruleIndex.get(finding.rule) ?? -1,
      level: sarifLevel(finding.severity),
      message: resultMessage(alert, context),
      locations: [sarifLocation(finding.place, finding.path, context.rootPrefix)],
      ...(related.length === 0 ? {} : { relatedLocations: related }),
      ...(lock === '' && size === '' ? {} : { properties: properties({ lock, size }) }),
      partialFingerprints: {
        ...(hash === undefined ? {} : { primaryLocationLineHash: hash }),
        'migrationLint/v1': finding.fingerprint,
      },
    };
  };
}

/** The properties that say something. */
function properties(texts: Readonly<Record<string, string>>): Record<string, string> {
  const said = Object.entries(texts).filter(([, text]) => text !== '');
  return Object.fromEntries(said.map(([name, text]) => [name, visibleText(text)]));
}

/** The related places of the first finding, then the places of the other findings on the line. */
function relatedLocations([finding, ...others]: SameAlert, rootPrefix: string): Location[] {
  const related = finding.related.map(({ place, label }) => ({
    ...sarifLocation(place, place.source.path, rootPrefix),
    message: { text: visibleText(label) },
  }));
  const sameLine = others.map((other) => ({
    ...sarifLocation(other.place, other.path, rootPrefix),
    message: { text: visibleText(other.message) },
  }));
  return [...related, ...sameLine]
    .slice(0, RELATED)
    .map((location, index) => ({ ...location, id: index + 1 }));
}

/**
 * What is wrong, what to do, and links to the related locations: GitHub shows those only where the text links them. The
 * first sentence is the alert's title.
 */
function resultMessage([finding, ...others]: SameAlert, { rules }: ResultContext): Message {
  const links = finding.related.map(({ label }, index) => `[${linkText(label)}](${index + 1})`);
  const columns = others.flatMap(({ place }, index) =>
    place === undefined
      ? []
      : [`[${positionAt(place.source, place.span.start).column}](${finding.related.length + index + 1})`],
  );
  const text = [
    withoutLinks(`${finding.message} ${finding.help}`.trim()),
    ...(links.length === 0 ? [] : [`See ${listed(links.slice(0, RELATED))}.`]),
    ...(columns.length === 0
      ? []
      : [
          `The same on this line in column ${listed(columns.slice(0, Math.max(0, RELATED - links.length)))}.`,
        ]),
  ].join(' ');
  const template = rules.get(finding.rule)?.meta.messages[finding.messageId];
  if (template === undefined) return { text };
  const values = placeholders(template).map((name) => finding.data[name] ?? '');
  return { id: finding.messageId, ...(values.length === 0 ? {} : { arguments: values }), text };
}

/** A text that can be seen whole, and in which nothing reads as a link of SARIF's. */
function withoutLinks(text: string): string {
  return visibleText(text).replaceAll(/\[(?=[^[\]]*\]\()/g, String.raw`\[`);
}

function linkText(label: string): string {
  return visibleText(label).replaceAll(/[[\]\\]/g, String.raw`\$&`);
}
