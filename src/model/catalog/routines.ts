import type { ObjectName, OperationOf, TypeName } from '../operations/types.ts';
import { routinesOf } from './draft.ts';
import type { Draft } from './draft.ts';
import { leastCertain } from './doubt.ts';
import { isMeant } from './drop.ts';
import { mapSame } from './edit.ts';
import { followFunction } from './rename-types.ts';
import { newName, resolveType } from './resolve.ts';
import type { Routine } from './types.ts';

/** CREATE [OR REPLACE] FUNCTION, PROCEDURE and AGGREGATE. @returns the operation with its names resolved. */
export function createFunction(
  draft: Draft,
  operation: OperationOf<'CreateFunction'>,
): OperationOf<'CreateFunction'> {
  const name = newName(draft, operation.routine);
  const argumentTypes = operation.routine.argumentTypes?.map((type) => resolveType(draft, type));
  const routine = { ...name, argumentTypes };
  const overloads = draft.store.routines.at(name, draft.store.next) ?? [];
  const existing = overloads.find((one) => isMeant(one, argumentTypes ?? []));
  const created = newRoutine(draft, { ...operation, routine });
  if (existing === undefined) draft.store.write(draft.store.routines, name, [...overloads, created]);
  else if (operation.replace) {
    const { owner, privileges, comment, origin } = existing;
    const kept: Routine = { ...created, owner, privileges, comment, origin };
    const others = overloads.map((one) => (one === existing ? kept : one));
    draft.store.write(draft.store.routines, name, others);
  }
  return { ...operation, routine };
}

function newRoutine(draft: Draft, operation: OperationOf<'CreateFunction'>): Routine {
  const { language, returns, volatility, securityDefiner, settings, resolvedBody, definition } = operation;
  return {
    kind: operation.routineKind,
    name: operation.routine,
    language,
    returns: returns === undefined ? undefined : resolveType(draft, returns),
    volatility,
    securityDefiner,
    settings,
    resolvedBody,
    definition,
    owner: undefined,
    privileges: [],
    comment: undefined,
    certainty: draft.certainty,
    origin: draft.origin,
  };
}

/** ALTER FUNCTION, PROCEDURE and ROUTINE: SECURITY, SET and RESET. Other attributes are not followed. */
export function alterFunction(draft: Draft, operation: OperationOf<'AlterFunction'>): void {
  const { routine, securityDefiner, settings } = operation;
  editRoutines(draft, routine, routine.argumentTypes, (before) => ({
    ...before,
    securityDefiner: securityDefiner ?? before.securityDefiner,
    settings: changedSettings(before.settings, settings),
    certainty: leastCertain(before.certainty, draft.certainty),
  }));
}

function changedSettings(
  before: Routine['settings'],
  changes: OperationOf<'AlterFunction'>['settings'],
): Routine['settings'] {
  const kept = 'all' in changes ? {} : before;
  const after = { ...kept, ...changes };
  return Object.fromEntries(
    Object.entries(after).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** Changes the overloads that a name and argument types mean. */
export function editRoutines(
  draft: Draft,
  name: ObjectName,
  argumentTypes: readonly TypeName[] | undefined,
  edit: (routine: Routine) => Routine,
): void {
  const overloads = routinesOf(draft, name);
  const [first] = overloads;
  if (first === undefined) return;
  const edited = mapSame(overloads, (one) => (isMeant(one, argumentTypes) ? edit(one) : one));
  draft.store.write(draft.store.routines, first.name, edited);
}

/** Gives the meant overloads another name or schema; triggers and expressions that call them follow. */
export function moveRoutine(
  draft: Draft,
  name: ObjectName,
  argumentTypes: readonly TypeName[] | undefined,
  to: { readonly schema?: string; readonly name?: string },
): void {
  const overloads = routinesOf(draft, name);
  const moved = overloads.filter((one) => isMeant(one, argumentTypes));
  const [first] = moved;
  if (first === undefined) return;
  const from = { schema: first.name.schema ?? '', name: first.name.name };
  const target = { schema: to.schema ?? from.schema, name: to.name ?? from.name };
  const kept = overloads.filter((one) => !moved.includes(one));
  const { store } = draft;
  const there = store.routines.at(target, store.next) ?? [];
  const renamed = moved.map((one) => ({ ...one, name: { ...one.name, ...target } }));
  store.write(store.routines, from, kept.length === 0 ? undefined : kept);
  store.write(store.routines, target, [...there, ...renamed]);
  if (kept.length === 0) followFunction(draft, from, target);
}
