import type { OperationOf } from '../operations/types.ts';
import { childTablesOf, putTable, putView, relationOf, tableOf, viewOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { editTable, filterSame, mapSame, tableOrStub } from './edit.ts';
import { resolveRoutine } from './resolve.ts';
import type { Certainty, Policy, Table, Trigger, View } from './types.ts';

/** What hangs on a table or view under a name of its own: triggers, rules, policies. */
type Named = { readonly name: string };

/** Puts a new element in the place of the one with its name, or at the end. */
function withNamed<Element extends Named>(list: readonly Element[], element: Element): readonly Element[] {
  const without = list.filter((one) => one.name !== element.name);
  return [...without, element];
}

/** What perhaps is there gives way to what is made for sure. */
function isOnlyPerhaps(draft: Draft, { certainty }: { readonly certainty: Certainty }): boolean {
  return certainty === 'uncertain' && draft.certainty === 'certain';
}

function putTableOrView(draft: Draft, relation: Table | View): void {
  if (relation.kind === 'table') putTable(draft, relation);
  else putView(draft, relation);
}

function tableOrView(draft: Draft, name: Table['name']): Table | View | undefined {
  const relation = relationOf(draft, name);
  if (relation === undefined) return tableOrStub(draft, name, false);
  return relation.kind === 'index' || relation.kind === 'sequence' ? undefined : relation;
}

/** CREATE [OR REPLACE] TRIGGER; a row trigger of a partitioned table comes to its partitions too. */
export function createTrigger(draft: Draft, operation: OperationOf<'CreateTrigger'>): void {
  const on = tableOrView(draft, operation.table);
  if (on === undefined) return;
  const isTaken = on.triggers.some((one) => one.name === operation.name && !isOnlyPerhaps(draft, one));
  if (!operation.replace && isTaken) return;
  const trigger: Trigger = {
    name: operation.name,
    function: resolveRoutine(draft, operation.function),
    timing: operation.timing,
    events: operation.events,
    columns: operation.columns,
    forEach: operation.forEach,
    state: 'enabled',
    definition: operation.definition,
    certainty: draft.certainty,
    origin: draft.origin,
  };
  addTrigger(draft, on, trigger);
}

function addTrigger(draft: Draft, on: Table | View, trigger: Trigger): void {
  putTableOrView(draft, { ...on, triggers: withNamed(on.triggers, trigger) });
  if (on.kind !== 'table' || on.partitionBy === undefined || trigger.forEach !== 'row') return;
  for (const child of childTablesOf(draft, on.name)) addTrigger(draft, child, trigger);
}

/** DROP TRIGGER, on the partitions too. */
export function dropTrigger(
  draft: Draft,
  operation: Pick<OperationOf<'DropTrigger'>, 'table' | 'name'>,
): void {
  const on = tableOf(draft, operation.table) ?? viewOf(draft, operation.table);
  if (on === undefined) return;
  const triggers = filterSame(on.triggers, (one) => one.name !== operation.name);
  if (triggers !== on.triggers) putTableOrView(draft, { ...on, triggers });
  if (on.kind !== 'table' || on.partitionBy === undefined) return;
  for (const child of childTablesOf(draft, on.name)) {
    dropTrigger(draft, { table: child.name, name: operation.name });
  }
}

/** ALTER TABLE … ENABLE, DISABLE TRIGGER and their REPLICA and ALWAYS forms. */
export function setTriggerState(draft: Draft, operation: OperationOf<'SetTriggerState'>): void {
  const { trigger, state } = operation;
  editTable(draft, operation.table, (table) => ({
    ...table,
    triggers: mapSame(table.triggers, (one) =>
      trigger === 'ALL' || trigger === 'USER' || one.name === trigger ? { ...one, state } : one,
    ),
  }));
}

/** CREATE [OR REPLACE] RULE. */
export function createRule(draft: Draft, operation: OperationOf<'CreateRule'>): void {
  const on = tableOrView(draft, operation.table);
  if (on === undefined) return;
  const rule = { name: operation.name, definition: operation.definition, origin: draft.origin };
  putTableOrView(draft, { ...on, rules: withNamed(on.rules, rule) });
}

/** DROP RULE. */
export function dropRule(draft: Draft, operation: OperationOf<'DropRule'>): void {
  const on = tableOf(draft, operation.table) ?? viewOf(draft, operation.table);
  if (on === undefined) return;
  putTableOrView(draft, { ...on, rules: filterSame(on.rules, (one) => one.name !== operation.name) });
}

/** ENABLE, DISABLE, FORCE and NO FORCE ROW LEVEL SECURITY. */
export function setRowSecurity(draft: Draft, operation: OperationOf<'SetRowSecurity'>): void {
  const table = tableOrStub(draft, operation.table, operation.ifExists);
  if (table === undefined) return;
  const { enabled, forced } = table.rowSecurity;
  const rowSecurity = {
    enabled: operation.setting === 'enable' || (operation.setting !== 'disable' && enabled),
    forced: operation.setting === 'force' || (operation.setting !== 'no force' && forced),
  };
  putTable(draft, { ...table, rowSecurity });
}

/** CREATE POLICY. */
export function createPolicy(draft: Draft, operation: OperationOf<'CreatePolicy'>): void {
  const table = tableOrStub(draft, operation.table, false);
  const isTaken = table?.policies.some((one) => one.name === operation.name && !isOnlyPerhaps(draft, one));
  if (table === undefined || isTaken === true) return;
  const { name, permissive, command, roles, using, withCheck } = operation;
  const { certainty, origin } = draft;
  const policy: Policy = { name, permissive, command, roles, using, withCheck, certainty, origin };
  putTable(draft, { ...table, policies: withNamed(table.policies, policy) });
}

/** ALTER POLICY: what it does not name stays. */
export function alterPolicy(draft: Draft, operation: OperationOf<'AlterPolicy'>): void {
  editTable(draft, operation.table, (table) => ({
    ...table,
    policies: mapSame(table.policies, (one) =>
      one.name !== operation.name
        ? one
        : {
            ...one,
            roles: operation.roles ?? one.roles,
            using: operation.using ?? one.using,
            withCheck: operation.withCheck ?? one.withCheck,
          },
    ),
  }));
}

/** DROP POLICY. */
export function dropPolicy(draft: Draft, operation: OperationOf<'DropPolicy'>): void {
  editTable(draft, operation.table, (table) => ({
    ...table,
    policies: filterSame(table.policies, (one) => one.name !== operation.name),
  }));
}

/** Renames a trigger, rule or policy of a table or view. */
export function renamePart(
  draft: Draft,
  tableName: Table['name'],
  part: 'triggers' | 'rules' | 'policies',
  from: string,
  to: string,
): void {
  const on = tableOf(draft, tableName) ?? viewOf(draft, tableName);
  if (on === undefined) return;
  const named = <Element extends Named>(list: readonly Element[]): readonly Element[] =>
    mapSame(list, (one) => (one.name === from ? { ...one, name: to } : one));
  if (part === 'triggers') {
    putTableOrView(draft, { ...on, triggers: named(on.triggers) });
    if (on.kind !== 'table' || on.partitionBy === undefined) return;
    for (const child of childTablesOf(draft, on.name)) renamePart(draft, child.name, part, from, to);
  } else if (part === 'rules') putTableOrView(draft, { ...on, rules: named(on.rules) });
  else if (on.kind === 'table') putTable(draft, { ...on, policies: named(on.policies) });
}
