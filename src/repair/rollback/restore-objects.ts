import { typeText } from '../../model/catalog/type-text.ts';
import type {
  DomainType,
  OtherType,
  Privilege,
  Sequence,
  Table,
  UserType,
} from '../../model/catalog/types.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { isSameObject } from '../../model/operations/same-object.ts';
import { constraintText } from '../ddl/constraints.ts';
import { commentOn, grant, revoke, subjectText, type NotedObject } from '../ddl/notes.ts';
import { ownSequence, sequenceOptionsText } from '../ddl/sequences.ts';
import { createPolicy, createRule, createTrigger, setTriggerState } from '../ddl/triggers.ts';
import { underItsSearchPath } from '../ddl/search-path.ts';
import { ownTriggers } from '../ddl/tables.ts';
import { roleText } from '../ddl/words.ts';
import type { TableParts } from './compare.ts';
import type { Pair } from './pairs.ts';
import { samePairs } from './undo-renames.ts';
import type { UndoScene } from './scene.ts';

/** Comment, owner and privileges as they were. An owner that nobody had named stays who it is. */
export function restoreNotes<One extends NotedObject>({ before, after }: Pair<One>): readonly string[] {
  const subject = subjectText(before);
  return [
    ...(before.owner !== undefined && before.owner !== after.owner
      ? [`ALTER ${subject} OWNER TO ${roleText(before.owner)}`]
      : []),
    ...(before.comment === after.comment ? [] : [commentOn(subject, before.comment)]),
    ...restorePrivileges(before, privilegesOf(before), privilegesOf(after)),
  ];
}

function privilegesOf(object: NotedObject): readonly Privilege[] {
  return 'privileges' in object ? object.privileges : [];
}

function restorePrivileges(
  object: NotedObject,
  before: readonly Privilege[],
  after: readonly Privilege[],
): readonly string[] {
  const key = ({ grantee, privilege, withGrantOption }: Privilege): string =>
    `${grantee}\0${privilege}\0${withGrantOption}`;
  const was = new Set(before.map(key));
  const is = new Set(after.map(key));
  return [
    ...after.filter((one) => !was.has(key(one))).map((one) => revoke(object, one)),
    ...before.filter((one) => !is.has(key(one))).map((one) => grant(object, one)),
  ];
}

/** Triggers, rules and policies of a table that are gone or changed, and whether its triggers fire. */
export function restoreRules({ before, after }: TableParts, scene: UndoScene): readonly string[] {
  const { name } = before;
  const triggers = samePairs(before.triggers, after.triggers);
  const policies = samePairs(before.policies, after.policies);
  return [
    ...before.rules
      .filter((rule) => !after.rules.some((one) => one.origin === rule.origin))
      .flatMap((rule) => underItsSearchPath(rule.origin, [createRule(name, rule, { again: true })])),
    ...ownTriggers(before, scene.catalogBefore)
      .filter((trigger) => !triggers.some((pair) => pair.before === trigger))
      .flatMap((trigger) =>
        underItsSearchPath(trigger.origin, createTrigger(name, trigger, { again: true })),
      ),
    ...triggers.flatMap((pair) =>
      pair.before.state === pair.after.state ? [] : [setTriggerState(name, pair.before)],
    ),
    ...before.policies
      .filter((policy) => !policies.some((pair) => pair.before === policy && !isOtherPolicy(pair)))
      .flatMap((policy) => underItsSearchPath(policy.origin, createPolicy(name, policy, { again: true }))),
  ];
}

/** Policies that the migration changed: ALTER POLICY cannot take a condition away, so that they are made again. */
export function changedPolicies({ before, after }: Pair<Table>): readonly string[] {
  return samePairs(before.policies, after.policies)
    .filter(isOtherPolicy)
    .map((pair) => pair.after.name);
}

function isOtherPolicy({ before, after }: Pair<Table['policies'][number]>): boolean {
  return (
    before.using?.text !== after.using?.text ||
    before.withCheck?.text !== after.withCheck?.text ||
    before.roles.join('\0') !== after.roles.join('\0')
  );
}

/** What ALTER SEQUENCE changed. */
export function restoreSequence({ before, after }: Pair<Sequence>): readonly string[] {
  const statements: string[] = [];
  const changed = JSON.stringify(before.options) !== JSON.stringify(after.options);
  const options = sequenceOptionsText(before).trim();
  if (changed && options !== '') statements.push(`ALTER SEQUENCE ${displayName(before.name)} ${options}`);
  if (before.identity) return statements;
  if (before.ownedBy === undefined && after.ownedBy !== undefined)
    statements.push(`ALTER SEQUENCE ${displayName(before.name)} OWNED BY NONE`);
  const isSame =
    before.ownedBy !== undefined &&
    after.ownedBy?.column === before.ownedBy.column &&
    isSameObject(before.ownedBy.table, after.ownedBy.table);
  if (before.ownedBy !== undefined && !isSame) statements.push(...ownSequence(before));
  return statements;
}

/** What ALTER DOMAIN and ALTER TYPE changed; the values of an enum stay. */
export function restoreType({ before, after }: Pair<UserType>): readonly string[] {
  if (before.kind === 'domain' && after.kind === 'domain') return restoreDomain({ before, after });
  if (before.kind === 'composite' && after.kind === 'composite') return restoreComposite({ before, after });
  return [];
}

function restoreDomain({ before, after }: Pair<DomainType>): readonly string[] {
  const start = `ALTER DOMAIN ${displayName(before.name)}`;
  const was = new Set(before.constraints.map(({ origin, name }) => `${origin.migration} ${name}`));
  const is = new Set(after.constraints.map(({ origin, name }) => `${origin.migration} ${name}`));
  const statements = [
    ...after.constraints
      .filter(({ origin, name }) => !was.has(`${origin.migration} ${name}`))
      .map(({ name }) => `${start} DROP CONSTRAINT IF EXISTS ${quoteIdentifier(name)}`),
    ...before.constraints
      .filter(({ origin, name }) => !is.has(`${origin.migration} ${name}`))
      .map((one) => `${start} ADD ${constraintText(one)}`),
  ];
  if (before.default?.text !== after.default?.text)
    statements.push(
      before.default === undefined ? `${start} DROP DEFAULT` : `${start} SET DEFAULT ${before.default.text}`,
    );
  if (before.notNull !== after.notNull)
    statements.push(`${start} ${before.notNull ? 'SET' : 'DROP'} NOT NULL`);
  return statements;
}

function restoreComposite({ before, after }: Pair<OtherType>): readonly string[] {
  const start = `ALTER TYPE ${displayName(before.name)}`;
  const is = new Map(after.attributes.map((one) => [one.name, typeText(one.type)]));
  const was = new Set(before.attributes.map(({ name }) => name));
  return [
    ...before.attributes.flatMap(({ name, type }) => {
      const now = is.get(name);
      if (now === undefined) return [`${start} ADD ATTRIBUTE ${quoteIdentifier(name)} ${typeText(type)}`];
      if (now === typeText(type)) return [];
      return [`${start} ALTER ATTRIBUTE ${quoteIdentifier(name)} TYPE ${typeText(type)}`];
    }),
    ...after.attributes
      .filter(({ name }) => !was.has(name))
      .map(({ name }) => `${start} DROP ATTRIBUTE IF EXISTS ${quoteIdentifier(name)}`),
  ];
}
