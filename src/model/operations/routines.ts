/** Functions, procedures, aggregates and triggers. */
import type {
  AlterFunctionStmt,
  CallStmt,
  CreateFunctionStmt,
  CreateTrigStmt,
  DefineStmt,
  Node,
  ObjectType as ObjectTypeTag,
  VariableSetStmt,
} from '@pgsql/types';
import type { Context } from './context.ts';
import { nameFromList, relationName } from './names.ts';
import { fieldsOf, findOption, isOn, stringOf, stringsOf, valueText } from './nodes.ts';
import { optionalExpression } from './source-text.ts';
import { textOf } from './tokens.ts';
import { typeNameOf, typeNamesOf } from './type-names.ts';
import type { CreateFunction, CreateTrigger, Operation, RoutineKind, TypeName } from './types.ts';

/** The argument types of a routine's signature; undefined where none are written, and for other objects. */
export function argumentTypesOf(node: Node | undefined): readonly TypeName[] | undefined {
  const routine = fieldsOf(node, 'ObjectWithArgs');
  return routine === undefined || routine.args_unspecified ? undefined : typeNamesOf(routine.objargs);
}

/** The types of the arguments that a call passes: OUT and TABLE columns are none of them. */
function inputTypes(parameters: readonly Node[] | undefined): TypeName[] {
  const types: TypeName[] = [];
  for (const node of parameters ?? []) {
    const parameter = fieldsOf(node, 'FunctionParameter');
    if (parameter?.mode === 'FUNC_PARAM_OUT' || parameter?.mode === 'FUNC_PARAM_TABLE') continue;
    types.push(typeNameOf(parameter?.argType));
  }
  return types;
}

/** CREATE FUNCTION and CREATE PROCEDURE, without what their body does. */
export function createFunction(node: CreateFunctionStmt, context: Context): CreateFunction {
  const volatility = valueText(findOption(node.options, 'volatility')?.arg);
  return {
    kind: 'CreateFunction',
    routine: { argumentTypes: inputTypes(node.parameters), ...nameFromList(node.funcname) },
    routineKind: node.is_procedure ? 'procedure' : 'function',
    replace: node.replace === true,
    language: valueText(findOption(node.options, 'language')?.arg)?.toLowerCase() ?? 'sql',
    returns: node.returnType === undefined ? undefined : typeNameOf(node.returnType),
    volatility: volatility === 'stable' || volatility === 'immutable' ? volatility : 'volatile',
    securityDefiner: isOn(node.options, 'security'),
    settings: withoutResets(settingsOf(node.options)),
    resolvedBody: node.sql_body !== undefined,
    definition: textOf(context.statement, context.statement.span),
    ...context.base,
  };
}

/** The SET and RESET clauses of a function; undefined for RESET and SET … TO DEFAULT. */
function settingsOf(options: readonly Node[] | undefined): Readonly<Record<string, string | undefined>> {
  const settings: Record<string, string | undefined> = {};
  for (const node of options ?? []) {
    const option = fieldsOf(node, 'DefElem');
    const set = option?.defname === 'set' ? fieldsOf(option.arg, 'VariableSetStmt') : undefined;
    if (set === undefined) continue;
    settings[set.name?.toLowerCase() ?? 'all'] = settingValue(set);
  }
  return settings;
}

function settingValue({ kind, args }: VariableSetStmt): string | undefined {
  switch (kind) {
    case 'VAR_SET_CURRENT':
      return 'FROM CURRENT';
    case 'VAR_RESET':
    case 'VAR_RESET_ALL':
    case 'VAR_SET_DEFAULT':
      return undefined;
    default:
      return (args ?? []).map((value) => valueText(value) ?? '').join(', ');
  }
}

function withoutResets(
  settings: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** CREATE AGGREGATE. */
export function createAggregate(node: DefineStmt, context: Context): CreateFunction {
  return {
    kind: 'CreateFunction',
    routine: {
      argumentTypes: inputTypes(fieldsOf(node.args?.[0], 'List')?.items),
      ...nameFromList(node.defnames),
    },
    routineKind: 'aggregate',
    replace: node.replace === true,
    language: 'internal',
    returns: undefined,
    volatility: 'immutable',
    securityDefiner: false,
    settings: {},
    resolvedBody: false,
    definition: textOf(context.statement, context.statement.span),
    ...context.base,
  };
}

const routineKinds: Readonly<Partial<Record<ObjectTypeTag, RoutineKind>>> = {
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_AGGREGATE: 'aggregate',
  OBJECT_ROUTINE: 'routine',
};

/** ALTER FUNCTION and ALTER PROCEDURE that change attributes. */
export function alterFunction(node: AlterFunctionStmt, context: Context): readonly Operation[] {
  const routine = node.func ?? {};
  return [
    {
      kind: 'AlterFunction',
      routine: {
        argumentTypes: argumentTypesOf({ ObjectWithArgs: routine }),
        ...nameFromList(routine.objname),
      },
      routineKind: routineKinds[node.objtype ?? 'OBJECT_FUNCTION'] ?? 'function',
      changes: (node.actions ?? []).map((action) => fieldsOf(action, 'DefElem')?.defname ?? ''),
      securityDefiner:
        findOption(node.actions, 'security') === undefined ? undefined : isOn(node.actions, 'security'),
      settings: settingsOf(node.actions),
      ...context.base,
    },
  ];
}

/** CALL. */
export function call(node: CallStmt, context: Context): readonly Operation[] {
  return [{ kind: 'Call', routine: nameFromList(node.funccall?.funcname), ...context.base }];
}

/** The bits of a trigger's events and timing (PostgreSQL 18, catalog/pg_trigger.h). */
const triggerEvents = [
  [4, 'insert'],
  [16, 'update'],
  [8, 'delete'],
  [32, 'truncate'],
] as const;
const before = 2;
const insteadOf = 64;

function timingOf(bits: number): CreateTrigger['timing'] {
  if ((bits & before) !== 0) return 'before';
  return (bits & insteadOf) === 0 ? 'after' : 'instead of';
}

/** CREATE TRIGGER. */
export function createTrigger(node: CreateTrigStmt, context: Context): readonly Operation[] {
  const events = node.events ?? 0;
  return [
    {
      kind: 'CreateTrigger',
      name: node.trigname ?? '',
      table: relationName(node.relation),
      replace: node.replace === true,
      timing: timingOf(node.timing ?? 0),
      events: triggerEvents.filter(([bit]) => (events & bit) !== 0).map(([, event]) => event),
      columns: stringsOf(node.columns),
      forEach: node.row ? 'row' : 'statement',
      when: optionalExpression(context.statement, node.whenClause, 'closed'),
      function: nameFromList(node.funcname),
      constraint: node.isconstraint === true,
      definition: textOf(context.statement, context.statement.span),
      ...context.base,
    },
  ];
}

/** The language of a DO block; PL/pgSQL where nobody wrote one. */
export function languageOf(options: readonly Node[] | undefined): string {
  return stringOf(findOption(options, 'language')?.arg).toLowerCase() || 'plpgsql';
}
