import type { OutsideNames } from '../environment/outside-names.ts';
import type { PostgresError } from '../engines/types.ts';

/** What is known about how far the database of the run is that of the user. */
export interface Fidelity {
  readonly names: OutsideNames;
  /** Ids of the migrations before that did not run whole here. */
  readonly incomplete: readonly string[];
}

/** What PostgreSQL says of something that is not there, or not as it should be. */
const MISSING = new Set([
  '42P01',
  '42703',
  '42704',
  '42883',
  '3F000',
  '42P07',
  '42701',
  '42710',
  '2BP01',
  '23503',
]);

/**
 * Why an error says nothing about the migration: it comes of what the database of the run lacks and the user's has.
 *
 * @returns a sentence for people; undefined for an error that the user's database would give as well.
 */
export function outsideFault(error: PostgresError, { names, incomplete }: Fidelity): string | undefined {
  const { code, message } = error;
  if (/^extension "[^"]*" is not available|could not open extension control file/u.test(message))
    return `${message}. Make a stand-in for it in verify.prelude, or use a server that has it: --url.`;
  if (code === '42501' || code === '0LP01') return `The user of the run may not do it: ${message}.`;
  const [, role] = code === '42704' ? (/^role "(.*)" does not exist$/u.exec(message) ?? []) : [];
  if (role !== undefined && !names.createdRoles.has(role))
    return `No migration creates the role ${role}, and the server does not have it. Create it in verify.prelude, which wants --allow-cluster-changes with --url.`;
  const schema = missingSchema(error, names);
  if (schema !== undefined)
    return `No migration creates the schema ${schema}. Create it, with what the migrations need of it, in verify.prelude.`;
  const [first] = incomplete;
  if (first !== undefined && MISSING.has(code))
    return `${first}, which comes before it, did not run whole here, so this may come of that: ${message}.`;
  return undefined;
}

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
