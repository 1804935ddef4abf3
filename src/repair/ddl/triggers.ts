import type { Policy, Table, Trigger } from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { findKeywords, isKeyword } from '../../model/operations/tokens.ts';
import type { ObjectName } from '../../model/operations/types.ts';
import type { CreateHow } from './how.ts';
import { namesText, roleText } from './words.ts';
import { nameAt, nameBehind, readDefinition, withReplacements } from './written.ts';
import type { Replacement, WrittenDefinition } from './written.ts';

/** CREATE TRIGGER as it was written, with the names that its parts have; and its state where it is not simply enabled. */
export function createTrigger(
  on: ObjectName,
  trigger: Trigger,
  { again = false }: CreateHow = {},
): readonly string[] {
  const written = readDefinition(trigger.definition);
  const create = written === undefined ? trigger.definition : triggerText(written, on, trigger);
  const drop = `DROP TRIGGER IF EXISTS ${quoteIdentifier(trigger.name)} ON ${displayName(on)}`;
  return [...(again ? [drop] : []), create, ...triggerState(on, trigger)];
}

function triggerText(written: WrittenDefinition, on: ObjectName, trigger: Trigger): string {
  const { tokens } = written;
  const name = nameBehind(tokens, 'TRIGGER');
  const table = name && nameBehind(tokens, 'ON', name.end);
  const execute = table && findKeywords(tokens, { start: table.end, end: tokens.length }, ['EXECUTE']);
  if (name === undefined || table === undefined || execute === undefined || execute < 0) return written.text;
  const open = tokens.findIndex((token, index) => index > execute && token.text === '(');
  const replacements: Replacement[] = [
    { ...name, text: quoteIdentifier(trigger.name) },
    { ...table, text: displayName(on) },
    { start: execute + 2, end: open, text: displayName(trigger.function) },
  ];
  const head = tokens.slice(name.end, table.start - 1).map((_, index) => nameAt(tokens, name.end + index));
  if (trigger.columns.some((column) => !head.includes(column)))
    replacements.push({ start: name.end, end: table.start - 1, text: eventsText(trigger) });
  if (isKeyword(tokens[1], 'OR')) replacements.push({ start: 0, end: 3, text: 'CREATE' });
  return withReplacements(written, replacements);
}

function eventsText({ timing, events, columns }: Trigger): string {
  const of = columns.length === 0 ? '' : ` OF ${namesText(columns)}`;
  const texts = events.map((event) => `${event.toUpperCase()}${event === 'update' ? of : ''}`);
  return `${timing.toUpperCase()} ${texts.join(' OR ')}`;
}

/** ALTER TABLE … DISABLE TRIGGER and the like; nothing for an enabled one. */
export function triggerState(on: ObjectName, { name, state }: Trigger): readonly string[] {
  return state === 'enabled' ? [] : [setTriggerState(on, { name, state })];
}

/** ALTER TABLE … ENABLE or DISABLE TRIGGER. */
export function setTriggerState(on: ObjectName, { name, state }: Pick<Trigger, 'name' | 'state'>): string {
  const word =
    state === 'enabled' ? 'ENABLE' : state === 'disabled' ? 'DISABLE' : `ENABLE ${state.toUpperCase()}`;
  return `ALTER TABLE ${displayName(on)} ${word} TRIGGER ${quoteIdentifier(name)}`;
}

/** CREATE RULE as it was written, under the names of now. */
export function createRule(
  on: ObjectName,
  rule: Table['rules'][number],
  { again = false }: CreateHow = {},
): string {
  const written = readDefinition(rule.definition);
  const name = written && nameBehind(written.tokens, 'RULE');
  const table = written && name && nameBehind(written.tokens, 'TO', name.end);
  if (written === undefined || name === undefined || table === undefined) return rule.definition;
  const hasReplace = isKeyword(written.tokens[1], 'OR');
  return withReplacements(written, [
    { start: 0, end: hasReplace ? 3 : 1, text: again ? 'CREATE OR REPLACE' : 'CREATE' },
    { ...name, text: quoteIdentifier(rule.name) },
    { ...table, text: displayName(on) },
  ]);
}

/** CREATE POLICY. */
export function createPolicy(
  on: ObjectName,
  policy: Policy,
  { again = false }: CreateHow = {},
): readonly string[] {
  const drop = `DROP POLICY IF EXISTS ${quoteIdentifier(policy.name)} ON ${displayName(on)}`;
  return [...(again ? [drop] : []), policyText(on, policy)];
}

function policyText(on: ObjectName, policy: Policy): string {
  const { name, permissive, command, roles, using, withCheck } = policy;
  return [
    `CREATE POLICY ${quoteIdentifier(name)} ON ${displayName(on)}`,
    permissive ? '' : ' AS RESTRICTIVE',
    command === 'all' ? '' : ` FOR ${command.toUpperCase()}`,
    roles.length === 0 ? '' : ` TO ${roles.map(roleText).join(', ')}`,
    using === undefined ? '' : ` USING (${using.text})`,
    withCheck === undefined ? '' : ` WITH CHECK (${withCheck.text})`,
  ].join('');
}
