import type { Node } from '@pgsql/types';
import type { OutsideNames } from '../environment/outside-names.ts';
import { lacksOfExtensions, missedName, type StandIns } from '../environment/stand-ins.ts';
import type { Database, PostgresError } from '../engines/types.ts';
import { literal } from '../sample-rows/candidates.ts';
import { firstLine } from '../words.ts';
import { comesOf, type IncompleteMigration } from './incomplete.ts';
import type { ApplyOutcome } from './types.ts';

/** What is known about how far the database of the run is that of the user. */
export interface Fidelity {
  readonly names: OutsideNames;
  /** The migrations before that did not run whole here. */
  readonly incomplete: readonly IncompleteMigration[];
  readonly standIns: StandIns;
}

/** A script that PostgreSQL refused. */
type Failed = Pick<Extract<ApplyOutcome, { readonly kind: 'failed' }>, 'error' | 'statement'>;

/**
 * Why an error says nothing about the migration: it comes of what the database of the run lacks and the user's has.
 *
 * @param database is asked which functions there are. It is in no transaction that has failed.
 * @returns a sentence for people; undefined for an error that the user's database would give as well.
 */
export async function outsideFault(
  database: Pick<Database, 'rows'>,
  failed: Failed,
  fidelity: Fidelity,
): Promise<string | undefined> {
  const { error } = failed;
  const { names, incomplete, standIns } = fidelity;
  const { code, message } = error;
  if (/^extension "[^"]*" is not available|could not open extension control file/u.test(message))
    return `${message}. Make a stand-in for it in verify.prelude, or use a server that has it: --url.`;
  if (code === '42501' || code === '0LP01') return `The user of the run may not do it: ${message}.`;
  const [, role] = code === '42704' ? (/^role "(.*)" does not exist$/u.exec(message) ?? []) : [];
  if (role !== undefined && !names.createdRoles.has(role))
    return `No migration creates the role ${role}, and the server does not have it. Create it in verify.prelude, which wants --allow-cluster-changes with --url.`;
  const before = comesOf(error, incomplete);
  if (before !== undefined) return dependsText(error, before);
  const isKnownFunction = code === '42883' && (await hasFunction(database, message));
  const lacks = lacksOfExtensions(error, { names, standIns }, isKnownFunction);
  if (lacks !== undefined) return lacks;
  const schema = missingSchema(error, names);
  if (schema !== undefined)
    return `No migration creates ${standIns.schemas.includes(schema) ? `what it wants of the schema ${schema}, which is a stand-in here` : `the schema ${schema}`}: PostgreSQL says “${firstLine(message)}”. Create it, with what the migrations need of it, in verify.prelude.`;
  const standIn = standInOf(failed, standIns);
  if (standIn !== undefined)
    return `The schema ${standIn} is a stand-in here, which has a part of what that of the platform has: PostgreSQL says “${firstLine(message)}”. Make what is missing in verify.prelude.`;
  const missed = missedFunction(error, names);
  if (missed !== undefined && !isKnownFunction)
    return `No migration creates the function ${missed}, and PostgreSQL has none of that name. If your database has it, create it in verify.prelude; if not, the migration fails.`;
  return undefined;
}

function dependsText(
  { code, message }: PostgresError,
  { id, name }: { readonly id: string; readonly name: string | undefined },
): string {
  const says = `PostgreSQL says “${firstLine(message)}” (${code})`;
  return name === undefined
    ? `${id}, which comes before it, did not run whole here, and nobody can tell what it makes. ${says}, which may come of that.`
    : `${id}, which comes before it and has to do with ${name}, did not run whole here. ${says}, which may come of that.`;
}

/** The function that is missed, if no script makes one of its name. */
function missedFunction({ code, message }: PostgresError, { created }: OutsideNames): string | undefined {
  const missed = code === '42883' && !message.startsWith('operator') ? missedName(message) : undefined;
  return missed === undefined || created.has(missed) ? undefined : missed;
}

/** Whether there is a function of the name that is missed, for other arguments. */
async function hasFunction(database: Pick<Database, 'rows'>, message: string): Promise<boolean> {
  const name = missedName(message);
  if (name === undefined) return false;
  const found = await database.rows(`SELECT 1 AS one FROM pg_proc WHERE proname = ${literal(name)} LIMIT 1`);
  return found.length > 0;
}

/** What PostgreSQL says of something that is not there. */
const MISSING = new Set(['42P01', '42703', '42704', '42883', '3F000']);

/** The schema that an error misses, or whose objects it misses, if it belongs to nobody in the history. */
function missingSchema({ code, message }: PostgresError, names: OutsideNames): string | undefined {
  if (!MISSING.has(code)) return undefined;
  const [, schema, qualifier] =
    /schema "([^"]*)" does not exist|"?([\w$]+)"?\.[\w$"]+(?:\(.*\))? does not exist/u.exec(message) ?? [];
  const name = schema ?? qualifier;
  return name !== undefined && name !== 'public' && names.schemas.has(name) && !names.createdSchemas.has(name)
    ? name
    : undefined;
}

/** What a stand-in that lacks something, or has it otherwise, gives: no syntax errors. */
const OF_STAND_INS = /^(?:42(?!601)|23|3F|2BP01|0A000|55000)/u;

/** The schema that stands in for one of the platform and that the statement names. */
function standInOf({ error, statement }: Failed, { schemas }: StandIns): string | undefined {
  if (schemas.length === 0 || !OF_STAND_INS.test(error.code) || statement === undefined) return undefined;
  return schemas.find((schema) => namesSchema(statement.tree, schema));
}

function namesSchema(tree: Node, schema: string): boolean {
  // Bodies of functions and DO blocks are texts in the tree.
  const pattern = new RegExp(`(?:^|[^\\w$])"?${schema}"?\\.|^${schema}$`, 'u');
  const visit = (value: unknown): boolean =>
    typeof value === 'string'
      ? pattern.test(value)
      : value !== null && typeof value === 'object' && Object.values(value).some(visit);
  return visit(tree);
}
