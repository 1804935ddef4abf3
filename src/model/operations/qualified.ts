import type { Node, RangeVar } from '@pgsql/types';
import { fieldsOf } from './nodes.ts';
import type { Operation, OperationOf } from './types.ts';

/** The operations that create an object with a schema. */
export type CreatingOperation = OperationOf<
  | 'CreateTable'
  | 'CreateTableAs'
  | 'CreateView'
  | 'CreateMaterializedView'
  | 'CreateEnum'
  | 'CreateDomain'
  | 'CreateType'
  | 'CreateSequence'
  | 'CreateFunction'
>;

/**
 * Whether somebody wrote the schema in front of the name of what an operation creates; its name says where it is anyway, once
 * it was replayed. What CREATE SCHEMA creates with the schema, and what is not read here, counts as qualified.
 */
export function isQualified({ statement: { tree } }: Operation): boolean {
  const relation = relationOf(tree);
  if (relation !== undefined) return relation.schemaname !== undefined;
  const names =
    fieldsOf(tree, 'CreateEnumStmt')?.typeName ??
    fieldsOf(tree, 'CreateDomainStmt')?.domainname ??
    fieldsOf(tree, 'CreateRangeStmt')?.typeName ??
    fieldsOf(tree, 'CreateFunctionStmt')?.funcname ??
    fieldsOf(tree, 'DefineStmt')?.defnames;
  return names === undefined || names.length > 1;
}

function relationOf(tree: Node): RangeVar | undefined {
  return (
    fieldsOf(tree, 'CreateStmt')?.relation ??
    fieldsOf(tree, 'CreateForeignTableStmt')?.base?.relation ??
    fieldsOf(tree, 'CreateTableAsStmt')?.into?.rel ??
    fieldsOf(tree, 'SelectStmt')?.intoClause?.rel ??
    fieldsOf(tree, 'ViewStmt')?.view ??
    fieldsOf(tree, 'CompositeTypeStmt')?.typevar ??
    fieldsOf(tree, 'CreateSeqStmt')?.sequence
  );
}
