import type { AlterTableType, Node, ObjectType } from '@pgsql/types';
import { fallbackOfColumn, fallbackOfConstraint, fallbackOfTable } from './prisma-fallback-tables.ts';

/**
 * True if Prisma from 7.4 on cannot read the statement, so that it sends the whole file as one query.
 *
 * It splits a migration with the Rust crate `sqlparser` (0.61), which does not know all of PostgreSQL's grammar. The answers
 * were compared with that parser's for 469 forms of statements (all but a dozen rare ones agree) and 4,299 statements of real
 * migrations (all agree). What differs in spelling alone cannot be told from a parse tree: `ABORT` counts as `ROLLBACK`.
 */
export function needsFallback(tree: Node): boolean {
  const [tag] = Object.keys(tree);
  if (tag === undefined || READABLE.has(tag)) return false;
  return partlyReadable(tree) ?? true;
}

/** Statements that are readable in every form that was tried. */
const READABLE = new Set([
  'AlterEnumStmt',
  'AlterPolicyStmt',
  'AlterRoleSetStmt',
  'AlterRoleStmt',
  'CallStmt',
  'ClosePortalStmt',
  'CompositeTypeStmt',
  'CreateEnumStmt',
  'CreateExtensionStmt',
  'CreateForeignServerStmt',
  'CreatePolicyStmt',
  'CreateRangeStmt',
  'CreateRoleStmt',
  'CreateSchemaStmt',
  'CreatedbStmt',
  'CreateOpClassStmt',
  'CreateOpFamilyStmt',
  'DeallocateStmt',
  'DeclareCursorStmt',
  'DeleteStmt',
  'DiscardStmt',
  'DropRoleStmt',
  'DropdbStmt',
  'ExecuteStmt',
  'ExplainStmt',
  'FetchStmt',
  'ListenStmt',
  'LoadStmt',
  'NotifyStmt',
  'PrepareStmt',
  'SelectStmt',
  'TruncateStmt',
  'UnlistenStmt',
  'UpdateStmt',
  'VariableSetStmt',
  'VariableShowStmt',
]);

/** The answer for statements that are readable in some forms; undefined for those that never are. */
function partlyReadable(tree: Node): boolean | undefined {
  if ('AlterTableStmt' in tree) return alterTable(tree.AlterTableStmt);
  if ('IndexStmt' in tree) return index(tree.IndexStmt);
  if ('InsertStmt' in tree) return insert(tree.InsertStmt);
  if ('CreateStmt' in tree) return fallbackOfTable(tree.CreateStmt);
  if ('CreateFunctionStmt' in tree) return createFunction(tree.CreateFunctionStmt);
  if ('CreateSeqStmt' in tree) return createSequence(tree.CreateSeqStmt.options ?? []);
  if ('VacuumStmt' in tree) return vacuum(tree.VacuumStmt);
  if ('DropStmt' in tree) {
    return tree.DropStmt.concurrent === true || !DROPPED.has(tree.DropStmt.removeType ?? 'OBJECT_TABLE');
  }
  if ('RenameStmt' in tree) return rename(tree.RenameStmt);
  if ('AlterOwnerStmt' in tree) return tree.AlterOwnerStmt.objectType !== 'OBJECT_SCHEMA';
  if ('CommentStmt' in tree) return !COMMENTED.has(tree.CommentStmt.objtype ?? 'OBJECT_TABLE');
  if ('GrantStmt' in tree) return grant(tree.GrantStmt);
  if ('DefineStmt' in tree) return !['OBJECT_TYPE', 'OBJECT_OPERATOR'].includes(tree.DefineStmt.kind ?? '');
  if ('ViewStmt' in tree) return !['NO_CHECK_OPTION', undefined].includes(tree.ViewStmt.withCheckOption);
  if ('CreateTableAsStmt' in tree) return createTableAs(tree.CreateTableAsStmt);
  if ('CreateDomainStmt' in tree) return (tree.CreateDomainStmt.constraints ?? []).some(isNullConstraint);
  if ('CreateTrigStmt' in tree) return (tree.CreateTrigStmt.args ?? []).length > 0;
  if ('MergeStmt' in tree) return (tree.MergeStmt.mergeWhenClauses ?? []).some(doesNothing);
  if ('CopyStmt' in tree) return tree.CopyStmt.is_from === true && tree.CopyStmt.filename === undefined;
  if ('TransactionStmt' in tree) return /PREPARE/.test(tree.TransactionStmt.kind ?? '');
  return undefined;
}

type Of<Tag extends string> =
  Extract<Node, Record<Tag, unknown>> extends infer Found
    ? Found extends Record<Tag, infer Body>
      ? Body
      : never
    : never;

const DROPPED = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_INDEX',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_SEQUENCE',
  'OBJECT_TYPE',
  'OBJECT_DOMAIN',
  'OBJECT_SCHEMA',
  'OBJECT_FUNCTION',
  'OBJECT_PROCEDURE',
  'OBJECT_OPERATOR',
  'OBJECT_OPCLASS',
  'OBJECT_OPFAMILY',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_EXTENSION',
]);

const RENAMED = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_COLUMN',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_INDEX',
  'OBJECT_TYPE',
  'OBJECT_SCHEMA',
  'OBJECT_ROLE',
  'OBJECT_POLICY',
]);

const COMMENTED = new Set<ObjectType>([
  'OBJECT_TABLE',
  'OBJECT_COLUMN',
  'OBJECT_SCHEMA',
  'OBJECT_EXTENSION',
  'OBJECT_DATABASE',
  'OBJECT_ROLE',
]);

/** Actions of ALTER TABLE that are readable in every form. */
const ACTIONS = new Set<AlterTableType>([
  'AT_DropColumn',
  'AT_ColumnDefault',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_AddIdentity',
  'AT_ValidateConstraint',
  'AT_DropConstraint',
  'AT_ChangeOwner',
  'AT_SetRelOptions',
  'AT_ReplicaIdentity',
  'AT_EnableRowSecurity',
  'AT_DisableRowSecurity',
  'AT_ForceRowSecurity',
  'AT_NoForceRowSecurity',
  'AT_EnableTrig',
  'AT_EnableAlwaysTrig',
  'AT_EnableReplicaTrig',
  'AT_DisableTrig',
  'AT_EnableTrigAll',
  'AT_DisableTrigAll',
  'AT_EnableTrigUser',
  'AT_DisableTrigUser',
  'AT_EnableRule',
  'AT_EnableAlwaysRule',
  'AT_EnableReplicaRule',
  'AT_DisableRule',
]);

function alterTable({ objtype, cmds }: Of<'AlterTableStmt'>): boolean {
  if (objtype !== 'OBJECT_TABLE') return true;
  return (cmds ?? []).some((command) => {
    if (!('AlterTableCmd' in command)) return true;
    const { subtype, def } = command.AlterTableCmd;
    if (subtype === 'AT_AddColumn') return def !== undefined && fallbackOfColumn(def);
    if (subtype === 'AT_AddConstraint') return def !== undefined && fallbackOfConstraint(def);
    if (subtype === 'AT_AlterColumnType') {
      return def !== undefined && 'ColumnDef' in def && def.ColumnDef.collClause !== undefined;
    }
    return subtype === undefined || !ACTIONS.has(subtype);
  });
}

function index({ relation, tableSpace, indexParams }: Of<'IndexStmt'>): boolean {
  if (relation?.inh !== true || tableSpace !== undefined) return true;
  return (indexParams ?? []).some((part) => 'IndexElem' in part && part.IndexElem.opclassopts !== undefined);
}

function insert({ override, onConflictClause, selectStmt }: Of<'InsertStmt'>): boolean {
  if (override !== undefined && override !== 'OVERRIDING_NOT_SET') return true;
  if (onConflictClause === undefined) return false;
  const { infer } = onConflictClause;
  const hasExpression = (infer?.indexElems ?? []).some(
    (part) => 'IndexElem' in part && part.IndexElem.name === undefined,
  );
  return hasExpression || infer?.whereClause !== undefined || endsInExpression(selectStmt);
}

/** True for `SELECT 1`: the parser takes the ON of ON CONFLICT for the last expression's alias. */
function endsInExpression(query: Node | undefined): boolean {
  if (query === undefined || !('SelectStmt' in query)) return false;
  const { rarg, targetList, fromClause, whereClause, sortClause, limitCount } = query.SelectStmt;
  if (sortClause !== undefined || limitCount !== undefined) return false;
  if (rarg !== undefined) return endsInExpression({ SelectStmt: rarg });
  const last = targetList?.at(-1);
  if (last === undefined || fromClause !== undefined || whereClause !== undefined) return false;
  return 'ResTarget' in last && last.ResTarget.name === undefined;
}

/** Options of CREATE FUNCTION that are unknown to the parser. */
const FUNCTION_OPTIONS = new Set(['cost', 'rows', 'leakproof', 'support', 'window', 'transform']);

function createFunction(statement: Of<'CreateFunctionStmt'>): boolean {
  const { is_procedure, returnType, options, parameters, sql_body } = statement;
  if (is_procedure === true) return true;
  if (returnType?.setof === true && !returnsTable(parameters ?? [])) return true;
  if (sql_body !== undefined && !('ReturnStmt' in sql_body)) return true;
  const variadic = (parameters ?? []).some(
    (part) => 'FunctionParameter' in part && part.FunctionParameter.mode === 'FUNC_PARAM_VARIADIC',
  );
  return variadic || hasUnknownOption(options ?? []);
}

function returnsTable(parameters: readonly Node[]): boolean {
  return parameters.some(
    (part) => 'FunctionParameter' in part && part.FunctionParameter.mode === 'FUNC_PARAM_TABLE',
  );
}

function hasUnknownOption(options: readonly Node[]): boolean {
  return options.some((option) => 'DefElem' in option && FUNCTION_OPTIONS.has(option.DefElem.defname ?? ''));
}

const SEQUENCE_ORDER = ['as', 'increment', 'minvalue', 'maxvalue', 'start', 'cache', 'cycle', 'owned_by'];

/** The parser wants the options in this order. */
function createSequence(options: readonly Node[]): boolean {
  const places = options.map((option) =>
    'DefElem' in option ? SEQUENCE_ORDER.indexOf(option.DefElem.defname ?? '') : -1,
  );
  return places.some((place, at) => place < 0 || place < (places[at - 1] ?? 0));
}

function vacuum({ is_vacuumcmd, options, rels }: Of<'VacuumStmt'>): boolean {
  if (is_vacuumcmd !== true) return (rels ?? []).length > 1;
  const names = (options ?? []).map((option) => ('DefElem' in option ? option.DefElem.defname : undefined));
  return names.some((name) => name !== 'full' && (name !== 'analyze' || rels !== undefined));
}

function rename({ renameType, relationType }: Of<'RenameStmt'>): boolean {
  if (!RENAMED.has(renameType ?? 'OBJECT_TABLE')) return true;
  return renameType === 'OBJECT_COLUMN' && relationType !== 'OBJECT_TABLE';
}

function grant({ targtype, objtype }: Of<'GrantStmt'>): boolean {
  return targtype === 'ACL_TARGET_DEFAULTS' || ['OBJECT_TYPE', 'OBJECT_DOMAIN'].includes(objtype ?? '');
}

function createTableAs({ into }: Of<'CreateTableAsStmt'>): boolean {
  return into?.skipData === true || into?.rel?.relpersistence === 'u';
}

function isNullConstraint(node: Node): boolean {
  return 'Constraint' in node && ['CONSTR_NOTNULL', 'CONSTR_NULL'].includes(node.Constraint.contype ?? '');
}

function doesNothing(node: Node): boolean {
  return 'MergeWhenClause' in node && node.MergeWhenClause.commandType === 'CMD_NOTHING';
}
