import { shortList } from '../../model/operations/display-name.ts';
import type { EngineExtensions, PostgresError } from '../engines/types.ts';
import type { OutsideNames } from './outside-names.ts';

/** What the database of a run has in place of what migrations count on. */
export interface StandIns {
  /** Extensions that scripts ask for and the engine does not have. */
  readonly extensions: EngineExtensions;
  /** Schemas that were made for the run, with a part of what those of the platform have. */
  readonly schemas: readonly string[];
}

/** Nothing in place of anything. */
export const noStandIns: StandIns = { extensions: { stubbed: [], missing: [] }, schemas: [] };

/** What is to be said of extensions that are not there, one sentence each. */
export function extensionNotes({ stubbed, missing }: EngineExtensions): readonly string[] {
  const types = stubbed.filter((name) => name === 'vector');
  const empty = stubbed.filter((name) => name !== 'vector');
  return [
    ...(types.length === 0
      ? []
      : [
          'The extension vector is a stand-in: its types and operators are there and compute nothing. npm install --save-dev @electric-sql/pglite-pgvector brings the real one.',
        ]),
    ...(empty.length === 0
      ? []
      : [
          `${extensionWords(empty)} ${empty.length === 1 ? 'is a stand-in that is' : 'are stand-ins that are'} empty: CREATE EXTENSION succeeds, and makes none of the types, functions and tables. Migrations that want them are not run. --url asks a server that has them.`,
        ]),
    ...(missing.length === 0
      ? []
      : [
          `${extensionWords(missing)} ${missing.length === 1 ? 'is' : 'are'} not installed on the server that was asked: migrations that want ${missing.length === 1 ? 'it' : 'them'} are not run.`,
        ]),
  ];
}

function extensionWords(names: readonly string[]): string {
  return `The extension${names.length === 1 ? '' : 's'} ${shortList(names, 5).join(', ')}`;
}

/** Relations of extensions that have few; those of others are not known. */
const RELATIONS: Readonly<Record<string, readonly string[]>> = {
  vector: [],
  postgis: ['spatial_ref_sys', 'geometry_columns', 'geography_columns'],
  postgis_raster: ['raster_columns', 'raster_overviews'],
};

/** Operators of PostgreSQL's own: where both sides are of its own types, no extension is missed. */
const PLAIN_OPERATOR =
  /^operator does not exist: (?!.*\b(?:vector|halfvec)\b).+ (?:=|<>|<=?|>=?|[-+*/]|\|\||~~\*?) /u;

/** What is missed with 42704 and no extension brings; types that are there get their classes of operators with them. */
const NEVER_OF_EXTENSIONS =
  /^(?:role|constraint|index|column|sequence|event trigger|publication|extension|unrecognized|data type (?!vector)) ?/u;

/**
 * Why an error may come of an extension that is not there.
 *
 * @param isKnownFunction true if the function that is missed is there with other arguments.
 * @returns a sentence for people; undefined where the same would be said with the extension.
 */
export function lacksOfExtensions(
  error: Pick<PostgresError, 'code' | 'message'>,
  { names, standIns }: { readonly names: OutsideNames; readonly standIns: StandIns },
  isKnownFunction: boolean,
): string | undefined {
  const absent = [...standIns.extensions.stubbed, ...standIns.extensions.missing];
  const named = absent.filter((name) => mayBeOf(name, error, names, isKnownFunction));
  if (named.length === 0) return undefined;
  const [only] = named;
  const which =
    named.length === 1
      ? `the extension ${only}, for which`
      : `one of the extensions ${shortList(named, 5).join(', ')}, for which`;
  return `It may want ${which} there is only a stand-in here: PostgreSQL says “${error.message}”. Use a server that has it: --url.`;
}

function mayBeOf(
  extension: string,
  { code, message }: Pick<PostgresError, 'code' | 'message'>,
  names: OutsideNames,
  isKnownFunction: boolean,
): boolean {
  const missed = missedName(message);
  const isOwn = missed !== undefined && names.created.has(missed);
  switch (code) {
    // A type, a class of operators, an access method, a language, a dictionary.
    case '42704':
      return !isOwn && !NEVER_OF_EXTENSIONS.test(message);
    case '42883':
      return !isOwn && !isKnownFunction && !PLAIN_OPERATOR.test(message);
    case '42P01':
      return !isOwn && (RELATIONS[extension]?.includes(missed ?? '') ?? true);
    // A cast; an option of its index methods; a version of it.
    case '42846':
    case '22023':
      return extension === 'vector' || message.includes(`"${extension}"`);
    case '0A000':
      return extension === 'vector' && /access method/u.test(message);
    default:
      return false;
  }
}

/** What an error says is not there, without its schema. */
export function missedName(message: string): string | undefined {
  const [, quoted, called] =
    /"([^"]*)"(?: for access method "[^"]*")? does not exist|(?:function|procedure|aggregate) ([^(]*)\(/u.exec(
      message,
    ) ?? [];
  return (quoted ?? called)?.split('.').at(-1)?.replaceAll('"', '');
}
