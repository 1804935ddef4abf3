import type { MigrationIds } from '../../input/layouts/migration-files.ts';
import { isSameField } from '../../model/history/header.ts';

/** A line of a header: what stands before the value, the field's name, and the value. */
const FIELD = /^([\s*]*(?:--+|\/\*+)?[\s*]*([A-Za-z][\w-]*(?: [\w-]+){0,3}) *:(?!:)[ \t]*)(.*?)(\s*)$/;

/**
 * A script with what its first comments say of its own name brought up to date: the id anywhere in them, and the fields `Migration`,
 * `Version` and `Date` of a header.
 *
 * @param text the whole file. Comments after a tool's mark of a section count as first ones, too.
 */
export function withNewIds(text: string, from: MigrationIds, to: MigrationIds): string {
  if (from.id === to.id) return text;
  let isFirst = true;
  let isBlock = false;
  return text
    .split('\n')
    .map((line) => {
      const bare = line.replace(/^\ufeff/, '').trim();
      const isMark = /^--\s*(?:\+goose\s+(?:up|down)\b|migrate:(?:up|down)\b)/i.test(bare);
      isFirst ||= isMark;
      const opens = !isBlock && bare.startsWith('/*');
      const isComment = isBlock || opens || bare.startsWith('--');
      isBlock = (isBlock || opens) && !bare.includes('*/');
      if (bare !== '' && !isComment) isFirst = false;
      return isFirst && isComment ? lineWithNewIds(line, from, to) : line;
    })
    .join('\n');
}

function lineWithNewIds(line: string, from: MigrationIds, to: MigrationIds): string {
  const [, lead = '', field, value = '', rest = ''] = FIELD.exec(line) ?? [];
  const renamed = field === undefined ? undefined : fieldValue(field, value, from, to);
  return renamed === undefined ? line.replaceAll(wholeWord(from.id), () => to.id) : lead + renamed + rest;
}

/** The value that a field has for the new ids; undefined for a field that says nothing of them. */
function fieldValue(field: string, value: string, from: MigrationIds, to: MigrationIds): string | undefined {
  if (isSameField(field, 'migration')) {
    const byId = value.replace(wholeWord(from.id), () => to.id);
    if (byId !== value || from.name === '' || from.name === to.name) return byId;
    return value.replace(wholeWord(from.name), () => to.name);
  }
  if (isSameField(field, 'version')) return value === from.version ? to.version : undefined;
  if (!isSameField(field, 'date')) return undefined;
  const [day, former] = [dayOf(to.version), dayOf(from.version)];
  return day !== undefined && former !== undefined && value.startsWith(former)
    ? day + value.slice(former.length)
    : undefined;
}

/** The day of a version that shows it: `2025-02-03` of `20250203101500`. */
export function dayOf(version: string): string | undefined {
  const [, year, month, day] = /^((?:19|20)\d\d)\D?(\d\d)\D?(\d\d)/.exec(version) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

function wholeWord(text: string): RegExp {
  const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}_-])${escaped}(?![\p{L}\p{N}_-])`, 'gu');
}
