import { positionAt } from '../input/text/positions.ts';
import type { Finding, RelatedPlace } from '../lint/finding.ts';
import type { Severity } from '../lint/rule.ts';
import { sourceFrame, type Mark } from './frame.ts';
import { findingLockLine } from './lock-line.ts';
import { sizeLine } from './size-line.ts';
import { displayWidth, visibleText, wrapText } from './terminal-text.ts';
import { counted } from './words.ts';

/** How the parts of a finding are coloured. */
export interface FindingPaint {
  readonly gutter: (text: string) => string;
  readonly rule: (text: string) => string;
  readonly field: (text: string) => string;
  readonly related: (text: string) => string;
  readonly severity: Readonly<Record<Severity, (text: string) => string>>;
}

/** The column at which rule names end: further right the eye loses the line. */
const RULE_EDGE = 108;
/** The longest line of prose. */
const PROSE_EDGE = 120;
/** The narrowest message beside its rule's name; below that the name goes under the message. */
const NARROWEST_MESSAGE = 28;
/** Where a field's name stands, under the source's first column less two. */
const FIELD_INDENT = 7;
const FIELD_NAME = 6;
/** How many related places are drawn, and how many more are named. */
const DRAWN_PLACES = 6;

/**
 * One finding: severity, message and rule, the source with its marks, the lock and what to do.
 *
 * @param width columns of the terminal.
 * @param show a path as it is shown.
 * @param details what else was found out, a line each, below the source.
 */
export function findingLines(
  finding: Finding,
  width: number,
  paint: FindingPaint,
  show: (path: string) => string,
  details: readonly string[] = [],
): readonly string[] {
  const { drawn, named } = splitRelated(finding);
  return [
    ...messageLines(finding, width, paint),
    ...frameLines(finding, drawn, width, paint),
    ...detailLines(details, width),
    ...named
      .slice(0, DRAWN_PLACES)
      .flatMap((place) => fieldLines('see', placeText(place, show), width, paint)),
    ...(named.length > DRAWN_PLACES
      ? fieldLines('', `and ${counted(named.length - DRAWN_PLACES, 'more place')}`, width, paint)
      : []),
    ...fieldLines('lock', findingLockLine(finding), width, paint),
    ...fieldLines('size', sizeLine(finding.lowered), width, paint),
    ...helpLines(finding.help, width, paint),
    ...fieldLines('fix', fixText(finding), width, paint),
  ];
}

function messageLines(
  { severity, message, rule }: Finding,
  width: number,
  paint: FindingPaint,
): readonly string[] {
  const indent = severity.length + 4;
  const edge = Math.min(width, RULE_EDGE);
  const prose = Math.max(Math.min(width, PROSE_EDGE) - indent, 20);
  const beside = edge - indent - rule.length - 2;
  const start = `  ${paint.severity[severity](severity)}  `;
  const hang = ' '.repeat(indent);
  if (beside < NARROWEST_MESSAGE) {
    const lines = wrapText(message, prose).map((line, index) => (index === 0 ? start : hang) + line);
    return [...lines, hang + paint.rule(rule)];
  }
  const [first = '', ...rest] = wrapText(message, beside, prose);
  const gap = ' '.repeat(edge - indent - displayWidth(first) - rule.length);
  return [`${start}${first}${gap}${paint.rule(rule)}`, ...rest.map((line) => hang + line)];
}

/** Related places in the finding's own file are drawn with it, the others are named. */
function splitRelated({ place, related }: Finding): {
  readonly drawn: readonly RelatedPlace[];
  readonly named: readonly RelatedPlace[];
} {
  const here = related.filter((other) => other.place.source.path === place?.source.path);
  const drawn = new Set(here.slice(0, DRAWN_PLACES));
  return { drawn: [...drawn], named: related.filter((other) => !drawn.has(other)) };
}

function frameLines(
  { place, label, severity }: Finding,
  drawn: readonly RelatedPlace[],
  width: number,
  paint: FindingPaint,
): readonly string[] {
  if (place === undefined) return [];
  const marks: readonly Mark[] = [
    { span: place.span, label, kind: 'finding' },
    ...drawn.map((other) => ({ span: other.place.span, label: other.label, kind: 'related' as const })),
  ];
  const { gutter, related } = paint;
  return sourceFrame(place.source, marks, width, { gutter, related, finding: paint.severity[severity] });
}

function placeText({ place, label }: RelatedPlace, show: (path: string) => string): string {
  const { line } = positionAt(place.source, place.span.start);
  return `${show(place.source.path)}:${line} ${label}`;
}

/** How many details are shown. */
const DETAILS = 20;

function detailLines(details: readonly string[], width: number): readonly string[] {
  const hidden = details.length - DETAILS;
  const shown = hidden <= 1 ? details : details.slice(0, DETAILS);
  const more = hidden <= 1 ? [] : [`and ${hidden} more, all in --format json`];
  const indent = ' '.repeat(FIELD_INDENT);
  const room = Math.max(Math.min(width, PROSE_EDGE) - FIELD_INDENT - 2, 20);
  return [...shown, ...more].flatMap((detail) =>
    wrapText(detail, room).map((line, index) => `${indent}${index === 0 ? '· ' : '  '}${line}`),
  );
}

/** What the program can do about it: `--fix writes the rollback`. */
function fixText({ fix }: Finding): string {
  if (fix === undefined) return '';
  switch (fix.safety) {
    case 'safe':
      return `--fix ${fix.title}`;
    case 'unsafe':
      return `--unsafe-fixes ${fix.title}`;
    case 'display-only':
      return fix.title;
    default:
      return fix.safety satisfies never;
  }
}

/** What a directive begins with that a help proposes. It is the last that the help says. */
const DIRECTIVE = / (?=-- migration-lint-disable-)/u;

/** The help; a directive that it proposes is to be copied, so that it is a line by itself, whole however long it is. */
function helpLines(help: string, width: number, paint: FindingPaint): readonly string[] {
  const [said = '', ...directives] = help.split(DIRECTIVE);
  const indent = ' '.repeat(FIELD_INDENT + FIELD_NAME);
  return [...fieldLines('help', said, width, paint), ...directives.map((one) => indent + visibleText(one))];
}

/** `       help  …` with its lines under each other; nothing if there is nothing to say. */
export function fieldLines(
  name: string,
  text: string,
  width: number,
  paint: Pick<FindingPaint, 'field'>,
): readonly string[] {
  if (text === '') return [];
  const indent = FIELD_INDENT + FIELD_NAME;
  const room = Math.max(Math.min(width, PROSE_EDGE) - indent, 20);
  return wrapText(text, room).map((line, index) =>
    index === 0
      ? `${' '.repeat(FIELD_INDENT)}${paint.field(name)}${' '.repeat(FIELD_NAME - name.length)}${line}`
      : `${' '.repeat(indent)}${line}`,
  );
}
