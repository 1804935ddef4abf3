/** Whether what a migration does bears out what its name claims. */
import type { Catalog, Table } from '../catalog/types.ts';
import type { ObjectName, Operation, OperationKind } from '../operations/types.ts';
import { DATA, DIRECTIONS, INDEXES, type Direction } from './claim-evidence.ts';
import { isSameWord, type NameClaim } from './name-claims.ts';
import { wordsOf } from './name-similarity.ts';

/** How a claim is wrong. */
export type FalseClaim =
  /** It says that something comes, and things only go; or the other way round. */
  | { readonly why: 'opposite'; readonly claim: NameClaim }
  /** It says index, rename, row security or data, and nothing of the kind happens. */
  | { readonly why: 'other kind'; readonly claim: NameClaim }
  /** Nothing that changes has a name with one of its words. `words` are those that it names. */
  | { readonly why: 'other object'; readonly claim: NameClaim; readonly words: readonly string[] }
  /** The one column that comes or goes has none of its words. */
  | {
      readonly why: 'other column';
      readonly claim: NameClaim;
      readonly words: readonly string[];
      readonly table: ObjectName;
      readonly column: string;
    }
  /** It says all tables, and these do not have it. */
  | { readonly why: 'not all'; readonly claim: NameClaim; readonly tables: readonly ObjectName[] };

/** What the truth of a claim is looked up in. */
export interface ClaimScene {
  /** In execution order, names resolved. */
  readonly operations: readonly Operation[];
  /** The schema before the migration. */
  readonly before: Catalog;
  /** The schema after it. */
  readonly after: Catalog;
}

/**
 * Holds a claim of a migration's name against what it does. A claim counts as false only if nothing in the migration has to
 * do with it.
 *
 * @returns undefined for a claim that is true, or that nobody can tell: something could not be read, or nothing happens.
 */
export function falseClaim(claim: NameClaim, scene: ClaimScene): FalseClaim | undefined {
  const effective = scene.operations.filter(
    ({ kind, run }) => run !== 'called' && DIRECTIONS[kind] !== 'none',
  );
  const isUnknown = effective.some(({ kind }) => kind === 'Opaque' || kind === 'Call' || kind === 'Other');
  if (effective.length === 0 || isUnknown) return undefined;
  const has = (kinds: ReadonlySet<OperationKind>): boolean => effective.some(({ kind }) => kinds.has(kind));
  const only = (direction: Direction): boolean =>
    effective.every(({ kind }) => DIRECTIONS[kind] === direction);
  switch (claim.kind) {
    case 'adds':
      if (only('removes')) return { why: 'opposite', claim };
      return otherObject(claim, claim.to, scene) ?? otherColumn(claim, claim.to, effective, scene);
    case 'removes':
      if (only('adds')) return { why: 'opposite', claim };
      return otherObject(claim, claim.from, scene) ?? otherColumn(claim, claim.from, effective, scene);
    case 'renames':
      return effective.every(({ kind }) => DIRECTIONS[kind] === 'adds') || only('removes')
        ? { why: 'other kind', claim }
        : undefined;
    case 'indexes':
      return has(INDEXES) ? otherObject(claim, claim.what, scene) : { why: 'other kind', claim };
    case 'enables row security':
      return rowSecurity(claim, effective, scene);
    case 'changes data':
      return has(DATA) ? undefined : { why: 'other kind', claim };
    default:
      return claim satisfies never;
  }
}

/**
 * A claim that names a place, or one table that it makes or drops, and neither that nor what it names beside it has a word of
 * what changes. `add_billing` and its like name a purpose, which no object need be called after.
 */
function otherObject(claim: NameClaim, place: readonly string[], scene: ClaimScene): FalseClaim | undefined {
  const words = [...new Set([...claim.what, ...place])];
  const isNamed = place.length > 0 || isOneTable(claim, scene);
  if (!isNamed || words.length === 0) return undefined;
  const touched = touchedWords(scene);
  return touched !== undefined && !words.some((word) => isTouched(word, touched))
    ? { why: 'other object', claim, words }
    : undefined;
}

/** `create_audit_logs`, and one table is made; `drop_audit_logs`, and one is dropped. */
function isOneTable(claim: NameClaim, { operations }: ClaimScene): boolean {
  if ((claim.kind !== 'adds' && claim.kind !== 'removes') || !claim.ofTable) return false;
  const kind = claim.kind === 'adds' ? 'CreateTable' : 'DropTable';
  return operations.filter((operation) => operation.kind === kind).length === 1;
}

/** Words for what a column is like, whatever it is called. */
const GENERIC: ReadonlySet<string> = new Set(
  `
  timestamp timestamps datetime date dates time times json jsonb metadata meta config configs configuration setting settings
  option options data info information detail details flag flags boolean bool number count counter id ids uuid cuid metric
  metrics stat stats statistics tracking audit auditing soft delete deletion support tag tags attribute attributes property
  properties limit limits state status identifier identifiers unused deprecated legacy obsolete redundant old
  `
    .trim()
    .split(/\s+/),
);

/** `add_email_to_users`, and the one column that comes has no word of it; the same of one that goes. */
function otherColumn(
  claim: Extract<NameClaim, { kind: 'adds' | 'removes' }>,
  place: readonly string[],
  effective: readonly Operation[],
  scene: ClaimScene,
): FalseClaim | undefined {
  const columns = effective.flatMap((operation) =>
    operation.kind === 'AddColumn'
      ? [{ kind: 'adds', table: operation.table, column: operation.column.name }]
      : operation.kind === 'DropColumn'
        ? [{ kind: 'removes', table: operation.table, column: operation.column }]
        : [],
  );
  const [only] = columns;
  const isAlone = columns.length === 1 && effective.every(({ kind }) => BESIDE_A_COLUMN.has(kind));
  if (only === undefined || !isAlone || only.kind !== claim.kind || place.length === 0) return undefined;
  const { what } = claim;
  if (what.length === 0 || what.some((word) => GENERIC.has(word))) return undefined;
  const touched = touchedWords(scene);
  if (touched === undefined || what.some((word) => isTouched(word, touched))) return undefined;
  return { why: 'other column', claim, words: what, table: only.table, column: only.column };
}

const BESIDE_A_COLUMN: ReadonlySet<OperationKind> = new Set<OperationKind>([
  'AddColumn',
  'DropColumn',
  'CreateIndex',
  'DropIndex',
  'AddConstraint',
  'DropConstraint',
  'CommentOn',
]);

/** Tables that the name speaks of, or all, must have row security, or at least one that the migration is about. */
function rowSecurity(
  claim: Extract<NameClaim, { kind: 'enables row security' }>,
  effective: readonly Operation[],
  { after }: ClaimScene,
): FalseClaim | undefined {
  if (claim.all) {
    const open = [...after.tables()].filter((table) => after.complete && isExposedWithout(table));
    return open.length > 0 ? { why: 'not all', claim, tables: open.map(({ name }) => name) } : undefined;
  }
  if (effective.some(({ kind }) => kind === 'SetRowSecurity')) return undefined;
  const tables = effective.flatMap((operation) => {
    const name = 'table' in operation ? operation.table : undefined;
    const table = name === undefined ? undefined : after.table(name);
    return table === undefined ? [] : [table];
  });
  const isOn = tables.some(({ rowSecurity: { enabled }, certainty }) => enabled || certainty !== 'certain');
  return isOn ? undefined : { why: 'other kind', claim };
}

const isExposedWithout = ({
  name,
  rowSecurity: { enabled },
  certainty,
  partitionOf,
  persistence,
}: Table): boolean =>
  !enabled &&
  certainty === 'certain' &&
  partitionOf === undefined &&
  persistence !== 'temporary' &&
  name.schema === 'public';

/** How many different texts of a migration are looked at: a dump says nothing that its name could be held against. */
const MANY_TEXTS = 20_000;

interface TouchedWords {
  readonly words: ReadonlySet<string>;
  /** The names without what parts their words: `apikeyid`. */
  readonly joined: readonly string[];
}

function isTouched(word: string, { words, joined }: TouchedWords): boolean {
  for (const other of words) if (isSameWord(word, other)) return true;
  return word.length >= 4 && joined.some((text) => text.includes(word));
}

/** By what is asked about, which does not change: a name can make several claims. */
const knownWords = new WeakMap<ClaimScene, TouchedWords | 'too many'>();

/**
 * The words of all names and texts that a migration's statements hold, and of the tables whose indexes it names.
 *
 * @returns undefined for a migration that holds too many.
 */
function touchedWords(scene: ClaimScene): TouchedWords | undefined {
  let words = knownWords.get(scene);
  if (words === undefined) knownWords.set(scene, (words = findTouchedWords(scene) ?? 'too many'));
  return words === 'too many' ? undefined : words;
}

function findTouchedWords({ operations, before }: ClaimScene): TouchedWords | undefined {
  const texts = new Set<string>();
  for (const statement of new Set(operations.map((operation) => operation.statement))) {
    addTexts(statement.tree, texts);
    if (texts.size > MANY_TEXTS) return undefined;
  }
  for (const operation of operations) {
    const table =
      'index' in operation && isName(operation.index) ? before.index(operation.index)?.on.name : undefined;
    if (table !== undefined) texts.add(table.name);
  }
  const words = new Set([...texts].flatMap((text) => wordsOf(text)));
  return {
    words,
    joined: [...texts].map((text) => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')),
  };
}

/** Adds every string below a part of a parse tree: names, constants, the text of a body. */
function addTexts(tree: unknown, texts: Set<string>): void {
  if (typeof tree === 'string') texts.add(tree);
  if (tree === null || typeof tree !== 'object' || texts.size > MANY_TEXTS) return;
  for (const value of Object.values(tree)) addTexts(value, texts);
}

const isName = (value: unknown): value is ObjectName =>
  typeof value === 'object' && value !== null && 'name' in value;
