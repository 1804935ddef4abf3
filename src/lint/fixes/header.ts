import type { Place } from '../../input/text/types.ts';
import { nameOf } from '../../input/files/paths.ts';
import { headerOf, isSameField, type HeaderField } from '../../model/history/header.ts';
import { namesOfChanges } from '../../model/history/names-of-changes.ts';
import { isVagueName } from '../../model/history/vague-name.ts';
import { displayName } from '../../model/operations/display-name.ts';
import { isRowChange } from '../../model/loops/batch-loop.ts';
import { isToolMark } from '../edits/tool-marks.ts';
import { editFix } from '../edits/edit-fix.ts';
import { replaceText } from '../edits/words.ts';
import type { FixRequest } from '../fix.ts';
import type { Migration, Project } from '../project.ts';

/**
 * The fix that writes the fields which a migration's header lacks: behind those that are there, else as a comment at its beginning.
 *
 * @param fields the names of the fields that are missing.
 * @returns undefined where one of them asks for something that no script shows, and while a rollback is still to be written.
 */
export function headerFix(
  migration: Migration,
  project: Pick<Project, 'rollbackPractice'>,
  fields: readonly string[],
): FixRequest | undefined {
  const { script } = migration;
  if (script === undefined || script.source.encoding !== 'utf-8') return undefined;
  const values = fields.map((name) => ({ name, value: valueOf(name, migration, project) }));
  if (values.some(({ value }) => value === undefined)) return undefined;
  const { source } = script;
  const last = headerOf(script).at(-1);
  const lineEnd = source.text.includes('\r\n') ? '\r\n' : '\n';
  const at = last === undefined ? startOf(migration) : last.place.span.end;
  const lead = last === undefined ? '-- ' : leadOf(last);
  if (lead === undefined) return undefined;
  const lines = values.map(({ name, value }) => `${lead}${name}: ${value ?? ''}`);
  const text =
    last === undefined
      ? `${lines.join(lineEnd)}${lineEnd}${lineEnd}`
      : lines.map((line) => `${lineEnd}${line}`).join('');
  return editFix('safe', 'writes the header', replaceText({ source, span: { start: at, end: at } }, text));
}

/** The fix that fills in a field that stands there empty, or as a template has it. */
export function fieldFix(
  field: HeaderField,
  migration: Migration,
  project: Pick<Project, 'rollbackPractice'>,
): FixRequest | undefined {
  const { name, value, place } = field;
  const wanted = valueOf(name, migration, project);
  if (wanted === undefined) return undefined;
  const line = place.source.text.slice(place.span.start, place.span.end);
  const colon = line.indexOf(':', line.indexOf(name));
  const from = value === '' ? colon + 1 : line.indexOf(value, colon);
  if (colon < 0 || from < 0) return undefined;
  const start = place.span.start + from;
  // An empty field may end with blanks.
  const blanks = value === '' ? (/^[^\S\r\n]*/.exec(place.source.text.slice(start))?.[0].length ?? 0) : 0;
  const span = { start, end: start + value.length + blanks };
  const text = value === '' ? ` ${wanted}` : wanted;
  return editFix('safe', 'fills in the header', replaceText({ source: place.source, span }, text));
}

/** The beginning of the script, behind the comments that its tool reads there. */
function startOf({ script }: Migration): number {
  const text = script?.source.text ?? '';
  let at = script?.within?.start ?? 0;
  for (;;) {
    const end = text.indexOf('\n', at);
    if (end < 0 || !isToolMark(text.slice(at, end).trim())) return at;
    at = end + 1;
  }
}

/** What a line of the same comment begins with; undefined where the last field closes its comment. */
function leadOf({ name, place }: { readonly name: string; readonly place: Place }): string | undefined {
  const { text } = place.source;
  const start = text.lastIndexOf('\n', place.span.start - 1) + 1;
  const line = text.slice(start, place.span.end);
  if (line.includes('*/')) return undefined;
  const lead = line.slice(0, line.indexOf(name));
  return lead.includes('/*') ? ' * ' : lead;
}

/** What a header says of a migration in one of its fields, as far as its files show it. */
function valueOf(
  field: string,
  migration: Migration,
  { rollbackPractice }: Pick<Project, 'rollbackPractice'>,
): string | undefined {
  const is = (name: string): boolean => isSameField(field, name);
  if (is('migration')) return migration.name === '' ? migration.id : migration.name;
  if (is('version')) return migration.version === '' ? undefined : migration.version;
  if (is('date')) return dayOf(migration.version);
  if (is('purpose') || is('description')) return purposeOf(migration);
  if (is('affected rows')) return affectedRows(migration);
  if (is('estimated duration')) return 'not measured';
  if (!is('rollback')) return undefined;
  if (!migration.hasRollback) return rollbackPractice.practised ? undefined : 'none';
  return migration.rollbackFile === undefined ? 'in this file' : nameOf(migration.rollbackFile);
}

function dayOf(version: string): string | undefined {
  const [, year, month, day] = /^((?:19|20)\d\d)\D?(\d\d)\D?(\d\d)/.exec(version) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

/** What it does, in the words of its name, unless that says nothing. */
function purposeOf({ name, operations }: Migration): string | undefined {
  const said = isVagueName(name) ? namesOfChanges(operations)[0] : name;
  return said?.replaceAll(/[-_]+/g, ' ');
}

function affectedRows({ operations }: Migration): string {
  const tables = new Set(
    operations.flatMap((operation) =>
      operation.run !== 'called' && isRowChange(operation) && operation.table !== undefined
        ? [displayName(operation.table)]
        : [],
    ),
  );
  return tables.size === 0 ? 'none' : `of ${[...tables].join(', ')}, not counted`;
}
