import type { Node } from '@pgsql/types';
import type { BodyNode, Statement } from '../../input/sql/types.ts';
import { stringsOf } from '../../model/operations/parse-tree.ts';
import { isToolTable } from './tool-tables.ts';

/** What scripts name that a database does not have by itself. */
export interface OutsideNames {
  /** Roles that something is granted to, owned by or run as. */
  readonly roles: ReadonlySet<string>;
  /** Roles that the scripts make themselves. */
  readonly createdRoles: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
  /** Schemas that objects are looked for in. */
  readonly schemas: ReadonlySet<string>;
  readonly createdSchemas: ReadonlySet<string>;
  /** Relations, types, functions and operators that the scripts make or rename, without their schemas. */
  readonly created: ReadonlySet<string>;
  /** Tables in which migration tools keep what they have applied, as `schema.name` or `name`. */
  readonly toolTables: ReadonlySet<string>;
}

/** The kinds of such names. */
export const OUTSIDE_NAMES = [
  'roles',
  'createdRoles',
  'extensions',
  'schemas',
  'createdSchemas',
  'created',
  'toolTables',
] as const;

/** The names of one script: kinds of which there are none are left out. */
export type OutsideNameLists = Partial<Readonly<Record<(typeof OUTSIDE_NAMES)[number], readonly string[]>>>;

/** Collects the names of what is outside the schema, statement by statement. */
export class OutsideNameCollector implements OutsideNames {
  readonly roles = new Set<string>();
  readonly createdRoles = new Set<string>();
  readonly extensions = new Set<string>();
  readonly schemas = new Set<string>();
  readonly createdSchemas = new Set<string>();
  readonly created = new Set<string>();
  readonly toolTables = new Set<string>();

  /** Adds a statement, and those inside its DO block or function. */
  add(statement: Statement): void {
    this.#visit(statement.tree);
    addText(this.created, createdName(statement.tree));
    for (const parts of namedByLists(statement.tree)) this.#addRelation(parts);
    for (const inner of statementsIn(statement.body()?.nodes ?? [])) this.add(inner);
  }

  /** Adds what was collected of a script before. */
  addLists(lists: OutsideNameLists): void {
    for (const kind of OUTSIDE_NAMES) for (const name of lists[kind] ?? []) this[kind].add(name);
  }

  /** What is collected so far. */
  lists(): OutsideNameLists {
    return Object.fromEntries(
      OUTSIDE_NAMES.filter((kind) => this[kind].size > 0).map((kind) => [kind, [...this[kind]]]),
    );
  }

  #visit(tree: unknown): void {
    if (Array.isArray(tree)) {
      for (const element of tree) this.#visit(element);
      return;
    }
    if (tree === null || typeof tree !== 'object') return;
    const fields = tree as Readonly<Record<string, unknown>>;
    this.#note(fields);
    for (const key in fields) this.#visit(fields[key]);
  }

  /** Looks at one object of the tree, whose keys say what it is: not every one is below the name of its type. */
  #note(fields: Readonly<Record<string, unknown>>): void {
    if (fields['roletype'] === 'ROLESPEC_CSTRING') addText(this.roles, fields['rolename']);
    if ('stmt_type' in fields || 'role' in fields) addText(this.createdRoles, fields['role']);
    const { relname, schemaname } = fields;
    if (typeof relname === 'string')
      this.#addRelation(typeof schemaname === 'string' ? [schemaname, relname] : [relname]);
    if ('extname' in fields) addText(this.extensions, fields['extname']);
    if ('schemaname' in fields) addText(this.schemas, fields['schemaname']);
    const created = fields['CreateSchemaStmt'] as Readonly<Record<string, unknown>> | undefined;
    if (created !== undefined) addText(this.createdSchemas, created['schemaname']);
    const set = fields['VariableSetStmt'] as
      | { readonly name?: string; readonly args?: readonly unknown[] }
      | undefined;
    if (set?.name === 'role') addText(this.roles, constantText(set.args?.[0]));
    const named = fields['funcname'];
    if (Array.isArray(named) && named.length === 2) this.#addQualifier(named[0]);
  }

  #addRelation(parts: readonly string[]): void {
    if (isToolTable(parts.at(-1) ?? '')) this.toolTables.add(parts.slice(-2).join('.'));
  }

  #addQualifier(node: unknown): void {
    const name = (node as { readonly String?: { readonly sval?: string } }).String?.sval;
    addText(this.schemas, name);
  }
}

/** What DROP and COMMENT ON name, part by part. */
function namedByLists(tree: Node): readonly (readonly string[])[] {
  const objects =
    'DropStmt' in tree
      ? (tree.DropStmt.objects ?? [])
      : 'CommentStmt' in tree && tree.CommentStmt.object !== undefined
        ? [tree.CommentStmt.object]
        : [];
  return objects.map((object) => ('List' in object ? stringsOf(object.List.items) : []));
}

/** What a statement makes, or renames something to. */
function createdName(tree: Node): string | undefined {
  if ('CreateStmt' in tree) return tree.CreateStmt.relation?.relname;
  if ('CreateForeignTableStmt' in tree) return tree.CreateForeignTableStmt.base?.relation?.relname;
  if ('CreateTableAsStmt' in tree) return tree.CreateTableAsStmt.into?.rel?.relname;
  if ('ViewStmt' in tree) return tree.ViewStmt.view?.relname;
  if ('CreateSeqStmt' in tree) return tree.CreateSeqStmt.sequence?.relname;
  if ('IndexStmt' in tree) return tree.IndexStmt.idxname;
  if ('CompositeTypeStmt' in tree) return tree.CompositeTypeStmt.typevar?.relname;
  if ('RenameStmt' in tree) return tree.RenameStmt.newname;
  const names =
    'CreateFunctionStmt' in tree
      ? tree.CreateFunctionStmt.funcname
      : 'CreateEnumStmt' in tree
        ? tree.CreateEnumStmt.typeName
        : 'CreateRangeStmt' in tree
          ? tree.CreateRangeStmt.typeName
          : 'CreateDomainStmt' in tree
            ? tree.CreateDomainStmt.domainname
            : 'DefineStmt' in tree
              ? tree.DefineStmt.defnames
              : undefined;
  const last = names?.at(-1);
  return last !== undefined && 'String' in last ? last.String.sval : undefined;
}

function constantText(node: unknown): string | undefined {
  return (node as { readonly A_Const?: { readonly sval?: { readonly sval?: string } } } | undefined)?.A_Const
    ?.sval?.sval;
}

function addText(names: Set<string>, value: unknown): void {
  if (typeof value === 'string' && value !== '') names.add(value);
}

/** The statements of a body, whichever way it takes. */
function statementsIn(nodes: readonly BodyNode[]): readonly Statement[] {
  return nodes.flatMap((node): readonly Statement[] => {
    switch (node.kind) {
      case 'sql':
      case 'perform':
        return [node.statement];
      case 'execute':
        return node.statement === undefined ? [] : [node.statement];
      case 'block':
        return [
          ...statementsIn(node.nodes),
          ...node.handlers.flatMap((handler) => statementsIn(handler.nodes)),
        ];
      case 'if':
        return node.branches.flatMap((branch) => statementsIn(branch.nodes));
      case 'loop':
        return [...(node.query === undefined ? [] : [node.query]), ...statementsIn(node.nodes)];
      default:
        return [];
    }
  });
}
