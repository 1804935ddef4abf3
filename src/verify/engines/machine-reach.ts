import type { Statement } from '../../input/sql/types.ts';
import { calledFunction, findInBodies, textOf } from './find-in-bodies.ts';

/** Extensions that reach files, programs or other servers: untrusted languages and what they transform, wrappers of foreign data. */
const EXTENSIONS = /plpythonu|plpython\du|plperlu|pltclu|plsh|_fdw$|^dblink$|^adminpack$/u;

/** Languages whose functions run as the server itself, with its files and programs (manual, 42.3). */
const UNTRUSTED = /^(?:pl\w+u|plpython\du|plsh)$/u;

/** Languages of machine code (manual, 36.9 and 36.10). */
const NATIVE = /^(?:c|internal)$/u;

/** Functions for files of the server (manual, 9.28.9; adminpack; 33.4 for lo_import and lo_export) and for other servers (dblink). */
const FUNCTIONS =
  /^(?:pg_(?:file_(?:write|rename|unlink|read|sync|length)|read_file|read_binary_file|stat_file|ls_\w*dir|logdir_ls)|lo_(?:import|export)|dblink(?:_\w+)?)$/u;

/** The same where a body is text: a call is one whatever builds it. */
const CALLS =
  /\b(?:pg_(?:file_\w+|read_file|read_binary_file|stat_file|ls_\w*dir|logdir_ls)|lo_(?:import|export)|dblink(?:_\w+)?)(?=\s*\()/iu;

/** The beginnings of such statements in SQL that a body builds. */
const BUILT =
  /\b(?:alter\s+system|create\s+tablespace|(?:to|from)\s+program|create\s+extension\b[^;]*?(?:plpython\w*u|plperlu|pltclu|_fdw|dblink|adminpack)|language\s+'*(?:pl\w+u|plpython\du))\b/iu;

const BUILT_NATIVE = /\b(?:load(?=\s+'+)|language\s+'*(?:c|internal)\b)/iu;

/** Settings that name libraries, which a server loads, or programs, which it runs. */
const SETTINGS = /_preload_libraries$|^dynamic_library_path$|^extension_control_path$/u;

/** Catalogs in which a row makes a function of machine code. */
const CATALOGS = /^pg_(?:proc|language)$/u;

/**
 * Whether a statement reaches the machine that its server runs on: its files, its programs, other servers. Looks into the bodies of DO
 * blocks, functions and procedures as well, and, by its words, at SQL that they build.
 *
 * @returns what it is, for people: `COPY … PROGRAM`; undefined if it stays in its server, as far as can be read.
 */
export function machineStatement(statement: Statement): string | undefined {
  return nativeCodeStatement(statement) ?? findInBodies(statement, reach, BUILT);
}

/**
 * Whether a statement makes a server run machine code that it names: LOAD, functions in C. Of PGlite this is code in our process.
 *
 * @returns what it is, for people: `a function in c`.
 */
export function nativeCodeStatement(statement: Statement): string | undefined {
  return findInBodies(statement, nativeCode, BUILT_NATIVE);
}

type Fields = Readonly<Record<string, unknown>>;

function nativeCode({ tree }: Statement): string | undefined {
  const [tag, fields] = headOf(tree);
  if (tag === 'LoadStmt') return 'LOAD';
  const language = tag === 'CreateFunctionStmt' ? languageIn(fields['options']) : '';
  if (NATIVE.test(language)) return `a function in ${language}`;
  return writtenCatalog(tag, fields);
}

function writtenCatalog(tag: string, { relation }: Fields): string | undefined {
  const { relname = '' } = (relation ?? {}) as { readonly relname?: string };
  return /^(?:Insert|Update|Merge)Stmt$/u.test(tag) && CATALOGS.test(relname)
    ? `a change of ${relname}`
    : undefined;
}

function reach(statement: Statement): string | undefined {
  const [tag, fields] = headOf(statement.tree);
  switch (tag) {
    case 'CopyStmt':
      if (fields['filename'] === undefined) break;
      return fields['is_program'] === true ? 'COPY … PROGRAM' : 'COPY with a file of the server';
    case 'AlterSystemStmt':
      return 'ALTER SYSTEM';
    case 'CreateTableSpaceStmt':
      return 'CREATE TABLESPACE';
    case 'CreateSubscriptionStmt':
      return 'CREATE SUBSCRIPTION';
    case 'CreateExtensionStmt':
      return EXTENSIONS.test(String(fields['extname']))
        ? `the extension ${String(fields['extname'])}`
        : undefined;
    case 'AlterRoleSetStmt':
    case 'AlterDatabaseSetStmt':
    case 'VariableSetStmt':
      return librarySetting(tag === 'VariableSetStmt' ? fields : fields['setstmt']);
    case 'DoStmt':
    case 'CreateFunctionStmt': {
      const language = languageIn(fields[tag === 'DoStmt' ? 'args' : 'options']);
      if (UNTRUSTED.test(language)) return `a ${tag === 'DoStmt' ? 'DO block' : 'function'} in ${language}`;
      const [call] = CALLS.exec(textOf(statement)) ?? [];
      return call === undefined ? undefined : `${call.toLowerCase()}()`;
    }
  }
  return calledFunction(statement.tree, FUNCTIONS);
}

function librarySetting(setting: unknown): string | undefined {
  const { name = '' } = (setting ?? {}) as { readonly name?: string };
  return SETTINGS.test(name.toLowerCase()) ? `SET ${name}` : undefined;
}

function headOf(tree: Statement['tree']): readonly [string, Fields] {
  const [head = ['', {}]] = Object.entries(tree) as [string, Fields][];
  return head;
}

/** The language that the options of a function or DO block name, lower case; empty if none does. */
function languageIn(options: unknown): string {
  for (const { DefElem: element } of (options ?? []) as readonly { readonly DefElem?: Fields }[])
    if (element?.['defname'] === 'language')
      return (
        (element['arg'] as { readonly String?: { readonly sval?: string } }).String?.sval ?? ''
      ).toLowerCase();
  return '';
}
