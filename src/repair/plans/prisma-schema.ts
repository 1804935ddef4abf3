/** The phases of a change that have a release of their own. */
export type SchemaPhase = 'expand' | 'backfill' | 'contract';

/** What is changed of a Prisma schema, in which phase. Names of the table and the column are the database's. */
export type SchemaChange = {
  readonly phase: SchemaPhase;
  readonly table: string;
  readonly column: string | undefined;
} & (
  | {
      readonly change: 'rename';
      readonly to: string;
      /** The unique index of the old column, as it is called in the end; undefined where it has none. */
      readonly unique: string | undefined;
    }
  | { readonly change: 'type'; readonly type: string }
  | { readonly change: 'drop' }
  | { readonly change: 'require' }
);

/**
 * A Prisma schema after one phase of a change: the model and the field are found by what they map, and nothing else is touched.
 *
 * - rename: the new field beside the old one, optional; required once the rows have it, when the old one is optional; then the old one goes.
 * - drop: the field, or the model, leaves the schema before the database drops it.
 * - require: the field is required in the end.
 *
 * @returns undefined where no model or field maps the names; the same text where the phase changes nothing, or where only the team knows
 *   what to write.
 */
export function editSchema(text: string, change: SchemaChange): string | undefined {
  const model = findModel(text, change.table);
  if (model === undefined) return undefined;
  if (change.column === undefined)
    return change.change === 'drop' && change.phase === 'contract'
      ? text.slice(0, model.start) + text.slice(model.end).replace(/^\r?\n/, '')
      : text;
  switch (change.change) {
    case 'rename':
      return renamed(text, model, { ...change, column: change.column });
    case 'drop':
      return withField(text, model, change.column, (field) =>
        change.phase === 'contract' ? '' : field.line,
      );
    case 'require':
      return withField(text, model, change.column, (field) =>
        change.phase === 'contract' ? withOptional(field, false) : field.line,
      );
    case 'type':
      return withField(text, model, change.column, (field) => field.line);
    default:
      return change satisfies never;
  }
}

/** Whether a Prisma schema has a model that maps a table and, if a column is given, a field of it that maps the column. */
export function isInSchema(text: string, table: string, column: string | undefined): boolean {
  const model = findModel(text, table);
  if (model === undefined) return false;
  return column === undefined || findField(text, model, column) !== undefined;
}

/** Whether a field of a Prisma schema that maps a column may have no value; true where there is no such field. */
export function isOptionalInSchema(text: string, table: string, column: string): boolean {
  const model = findModel(text, table);
  const field = model && findField(text, model, column);
  return field === undefined || field.type.endsWith('?') || field.type.endsWith('[]');
}

/** Whether a model of a Prisma schema has an index or a key over these columns, whatever it is called. */
export function hasIndexInSchema(text: string, table: string, columns: readonly string[]): boolean {
  const model = findModel(text, table);
  if (model === undefined) return false;
  const fields = columns.map((column) => findField(text, model, column));
  const block = text.slice(model.start, model.end);
  const [only, ...others] = fields;
  if (others.length === 0 && only !== undefined && /(?<!@)@(?:unique|id)\b/.test(only.line)) return true;
  const wanted = fields.map((field) => field?.name ?? '').join();
  return [...block.matchAll(/@@(?:index|unique|id)\(\s*(?:fields:\s*)?\[([^\]]*)\]/g)].some(
    ([, list = '']) => list.replaceAll(/\([^)]*\)|\s/g, '') === wanted,
  );
}

interface Block {
  /** Offsets of the model, from `model` to behind its closing brace and line end. */
  readonly start: number;
  readonly end: number;
}

/** The model that maps a table: by `@@map`, else by its own name. */
function findModel(text: string, table: string): Block | undefined {
  const pattern = /^model[ \t]+(\w+)[ \t]*\{[^\n]*\n(?:[^\n]*\n)*?\}[^\n]*(?:\n|$)/gm;
  for (const match of text.matchAll(pattern)) {
    const map = /^\s*@@map\(\s*(?:name:\s*)?"([^"]*)"/m.exec(match[0])?.[1];
    if ((map ?? match[1]) === table) return { start: match.index, end: match.index + match[0].length };
  }
  return undefined;
}

interface Field {
  /** With its line end. */
  readonly line: string;
  readonly start: number;
  readonly name: string;
  readonly type: string;
}

const FIELD = /^([ \t]+)(\w+)([ \t]+)(\w+(?:\("[^"]*"\))?(?:\[\]|\?)?)(.*?)(\r?\n|$)/;

/** The field that maps a column: by `@map`, else by its own name. */
function findField(text: string, { start, end }: Block, column: string): Field | undefined {
  let at = start;
  for (const line of text.slice(start, end).split(/(?<=\n)/)) {
    const match = FIELD.exec(line);
    const isCode = match !== null && !line.trimStart().startsWith('//') && !line.trimStart().startsWith('@@');
    const map = /(?<!@)@map\(\s*(?:name:\s*)?"([^"]*)"/.exec(line)?.[1];
    if (isCode && match?.[2] !== 'model' && (map ?? match?.[2]) === column)
      return { line, start: at, name: match?.[2] ?? '', type: match?.[4] ?? '' };
    at += line.length;
  }
  return undefined;
}

function withField(
  text: string,
  model: Block,
  column: string,
  change: (field: Field) => string,
): string | undefined {
  const field = findField(text, model, column);
  if (field === undefined) return undefined;
  return text.slice(0, field.start) + change(field) + text.slice(field.start + field.line.length);
}

/** The field's line, optional or required. Lists are neither. */
function withOptional({ line, type }: Field, optional: boolean): string {
  if (type.endsWith('[]') || type.endsWith('?') === optional) return line;
  const other = optional ? `${type}?` : type.slice(0, -1);
  return line.replace(
    FIELD,
    (_, indent: string, name: string, gap: string, _type, rest: string, end: string) => {
      // Columns of the file stay aligned where there is room.
      const spaces = optional ? rest.replace(/^ (?= )/, '') : rest === '' ? '' : ` ${rest}`;
      return `${indent}${name}${gap}${other}${spaces}${end}`;
    },
  );
}

interface Rename {
  readonly column: string;
  readonly to: string;
  readonly phase: SchemaPhase;
  readonly unique: string | undefined;
}

function renamed(text: string, model: Block, { column, to, phase, unique }: Rename): string | undefined {
  const old = findField(text, model, column);
  const added = findField(text, model, to);
  if (old === undefined) return undefined;
  if (phase === 'expand') {
    const gap = old.line.endsWith('\n') ? '' : '\n';
    const behind = old.start + old.line.length;
    return `${text.slice(0, behind)}${gap}${newField(old, to)}${text.slice(behind)}`;
  }
  if (added === undefined) return undefined;
  const isRequired = !old.type.endsWith('?') && !old.type.endsWith('[]');
  const isUnique = unique !== undefined && /(?<!@)@unique\b/.test(old.line);
  if (phase === 'backfill') {
    // The one further down first, so that the place of the other stays right.
    const line = isRequired ? withOptional(added, false) : added.line;
    const edited = isUnique ? withAttribute(line, `@unique(map: "${unique}_new")`) : line;
    const first = text.slice(0, added.start) + edited + text.slice(added.start + added.line.length);
    return isRequired ? withField(first, model, column, (field) => withOptional(field, true)) : first;
  }
  const value = /(?<!@)@default\((?:[^()]|\([^()]*\))*\)/.exec(old.line)?.[0];
  const line = isUnique ? added.line.replace(`"${unique}_new"`, () => `"${unique}"`) : added.line;
  const edited = value === undefined ? line : withAttribute(line, value);
  const kept = text.slice(0, added.start) + edited + text.slice(added.start + added.line.length);
  const end = model.end + edited.length - added.line.length;
  const block = kept.slice(model.start, end);
  const own = block
    .replace(old.line, () => '')
    .replaceAll(/\[[^\]\n]*\]/g, (list) =>
      list.replaceAll(new RegExp(`\\b${old.name}\\b`, 'g'), () => added.name),
    );
  return kept.slice(0, model.start) + own + kept.slice(end);
}

/** A field's line with one attribute more, before a comment at its end. */
function withAttribute(line: string, attribute: string): string {
  return line.replace(
    /([^\r\n]*?)(\s*(?:\/\/[^\r\n]*)?)(\r?\n|$)/,
    (_, code: string, rest: string, end: string) => `${code} ${attribute}${rest}${end}`,
  );
}

/** The new field, beside the old one: optional, and without what belongs to the old column alone. */
function newField(old: Field, column: string): string {
  const isMapped = /(?<!@)@map\(/.test(old.line) || /[a-z][A-Z]/.test(old.name);
  const name = isMapped || !/^[A-Za-z]\w*$/.test(column) ? camelCase(column) : column;
  const indent = /^[ \t]*/.exec(old.line)?.[0] ?? '  ';
  const type = old.type.endsWith('[]') || old.type.endsWith('?') ? old.type : `${old.type}?`;
  const native = /@db\.\w+(?:\([^)]*\))?/.exec(old.line)?.[0];
  const words = [
    name,
    type,
    ...(name === column ? [] : [`@map("${column}")`]),
    ...(native === undefined ? [] : [native]),
  ];
  return `${indent}${words.join(' ')}\n`;
}

/** `display_name` → `displayName`. */
function camelCase(name: string): string {
  return name
    .replaceAll(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())
    .replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase());
}
