import type { ObjectName, OperationOf } from '../operations/types.ts';
import { putSequence, putTable, putView, relationOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { editRoutines } from './routines.ts';
import type { Privilege } from './types.ts';

/** What ALL stands for, for each type of object (manual, table 5.2); MAINTAIN from PostgreSQL 17 on. */
const allPrivileges: Readonly<Record<string, readonly string[]>> = {
  table: ['INSERT', 'SELECT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'],
  sequence: ['SELECT', 'UPDATE', 'USAGE'],
  schema: ['CREATE', 'USAGE'],
};

/** GRANT and REVOKE on tables, views, sequences, schemas and routines. A privilege on columns is another one than that on the table. */
export function changePrivileges(draft: Draft, operation: OperationOf<'Grant'>): void {
  if (operation.allInSchema) return changeInSchemas(draft, operation);
  for (const name of operation.objects) {
    if (operation.objectType === 'schema') changeSchema(draft, name.name, operation);
    else if (isRoutine(operation.objectType)) changeRoutines(draft, name, operation);
    else changeRelation(draft, name, operation);
  }
}

function isRoutine(objectType: string): boolean {
  return objectType === 'function' || objectType === 'procedure' || objectType === 'routine';
}

function changeInSchemas(draft: Draft, operation: OperationOf<'Grant'>): void {
  const schemas = new Set(operation.objects.map((object) => object.name));
  const { store } = draft;
  if (isRoutine(operation.objectType)) {
    for (const overloads of store.routines.valuesAt(store.next)) {
      const name = overloads[0]?.name;
      if (name !== undefined && schemas.has(name.schema ?? '')) changeRoutines(draft, name, operation);
    }
    return;
  }
  for (const relation of store.relations.valuesAt(store.next)) {
    const isMeant = (relation.kind === 'sequence') === (operation.objectType === 'sequence');
    if (isMeant && schemas.has(relation.name.schema ?? '')) changeRelation(draft, relation.name, operation);
  }
}

function changeRelation(draft: Draft, name: ObjectName, operation: OperationOf<'Grant'>): void {
  const relation = relationOf(draft, name);
  if (relation === undefined || relation.kind === 'index') return;
  const all = relation.kind === 'sequence' ? 'sequence' : 'table';
  const privileges = changed(relation.privileges, operation, all);
  const edited = { ...relation, privileges };
  if (edited.kind === 'table') putTable(draft, edited);
  else if (edited.kind === 'sequence') putSequence(draft, edited);
  else putView(draft, edited);
}

function changeSchema(draft: Draft, name: string, operation: OperationOf<'Grant'>): void {
  const { store } = draft;
  const schema = store.schemas.in(undefined, name, store.next);
  if (schema === undefined) return;
  const privileges = changed(schema.privileges, operation, 'schema');
  store.write(store.schemas, { schema: undefined, name }, { ...schema, privileges });
}

function changeRoutines(draft: Draft, name: ObjectName, operation: OperationOf<'Grant'>): void {
  editRoutines(draft, name, undefined, (routine) => ({
    ...routine,
    privileges: changed(routine.privileges, operation, 'function'),
  }));
}

function changed(
  before: readonly Privilege[],
  operation: OperationOf<'Grant'>,
  objectType: string,
): readonly Privilege[] {
  const names = operation.privileges.length === 0 ? ['ALL'] : operation.privileges;
  let after = before;
  for (const grantee of operation.grantees) {
    for (const privilege of names) {
      after = operation.grant
        ? granted(after, { grantee, privilege, withGrantOption: operation.withGrantOption })
        : revoked(after, grantee, privilege, objectType);
    }
  }
  return after;
}

function granted(before: readonly Privilege[], privilege: Privilege): readonly Privilege[] {
  const others = before.filter(
    (one) =>
      one.grantee !== privilege.grantee ||
      (one.privilege !== privilege.privilege && privilege.privilege !== 'ALL'),
  );
  return [...others, privilege];
}

function revoked(
  before: readonly Privilege[],
  grantee: string,
  privilege: string,
  objectType: string,
): readonly Privilege[] {
  return before.flatMap((one) => {
    if (one.grantee !== grantee) return [one];
    if (privilege === 'ALL' || one.privilege === privilege) return [];
    if (one.privilege !== 'ALL') return [one];
    const parts = allPrivileges[objectType] ?? [];
    return parts.filter((part) => part !== privilege).map((part) => ({ ...one, privilege: part }));
  });
}
