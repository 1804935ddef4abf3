import { typeText } from '../../model/catalog/type-text.ts';
import type { Routine } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { operationsOf } from '../../model/operations/operations-of.ts';
import { isKeyword } from '../../model/operations/tokens.ts';
import type { RoutineName } from '../../model/operations/types.ts';
import { literal } from './words.ts';
import { nameBehind, readDefinition, withReplacements } from './written.ts';

/** A routine with the types of its arguments, as DROP, ALTER and COMMENT name it: `touch(integer, text)`. */
export function signatureText({ schema, name, argumentTypes }: RoutineName): string {
  const types = argumentTypes === undefined ? '' : `(${argumentTypes.map(typeText).join(', ')})`;
  return `${displayName({ schema, name })}${types}`;
}

function routineWord({ kind }: Routine): string {
  return kind.toUpperCase();
}

/**
 * CREATE FUNCTION, PROCEDURE or AGGREGATE as it was written, under the name that it has; and what ALTER changed of it since.
 *
 * @param replace CREATE OR REPLACE, whatever was written; otherwise plain CREATE.
 */
export function createRoutine(routine: Routine, replace = false): readonly string[] {
  const written = readDefinition(routine.definition);
  if (written === undefined) return [routine.definition];
  const name = nameBehind(written.tokens, routineWord(routine));
  const hasReplace = isKeyword(written.tokens[1], 'OR');
  const create = withReplacements(written, [
    { start: 0, end: hasReplace ? 3 : 1, text: replace ? 'CREATE OR REPLACE' : 'CREATE' },
    ...(name === undefined ? [] : [{ ...name, text: displayName(routine.name) }]),
  ]);
  return [create, ...alterations(routine, written.statement)];
}

function alterations(routine: Routine, statement: Parameters<typeof operationsOf>[0]): readonly string[] {
  const operation = operationsOf(statement)[0];
  if (operation?.kind !== 'CreateFunction' || routine.kind === 'aggregate') return [];
  const changes: string[] = [];
  if (operation.securityDefiner !== routine.securityDefiner)
    changes.push(`SECURITY ${routine.securityDefiner ? 'DEFINER' : 'INVOKER'}`);
  for (const name of Object.keys(operation.settings))
    if (!(name in routine.settings)) changes.push(`RESET ${settingName(name)}`);
  for (const [name, value] of Object.entries(routine.settings))
    if (operation.settings[name] !== value) changes.push(`SET ${settingName(name)} ${settingValue(value)}`);
  const subject = `${routineWord(routine)} ${signatureText(routine.name)}`;
  return changes.map((change) => `ALTER ${subject} ${change}`);
}

function settingName(name: string): string {
  return name.split('.').map(quoteIdentifier).join('.');
}

function settingValue(value: string): string {
  if (value === 'FROM CURRENT') return value;
  const parts = value.split(', ').map((part) => (/^-?\d+$/.test(part) ? part : literal(part)));
  return `TO ${parts.join(', ')}`;
}
