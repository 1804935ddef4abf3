import type { CatalogObject, Fact, Fingerprint, SchemaDifference } from './types.ts';

/**
 * How a schema differs from what it should be. Parts of an object that is missing or left are not listed, and no index whose constraint
 * differs, nor a view's columns where its definition does.
 *
 * @param before the schema as it should be.
 * @param after the schema as it is.
 * @returns sorted by kind and name; none if they are the same.
 */
export function fingerprintDifferences(before: Fingerprint, after: Fingerprint): readonly SchemaDifference[] {
  const old = byKey(before);
  const now = byKey(after);
  const found = new Map<string, readonly SchemaDifference[]>();
  for (const [key, object] of old) {
    const other = now.get(key);
    const differences = other === undefined ? [whole(object, 'missing')] : changes(object, other);
    if (differences.length > 0) found.set(key, differences);
  }
  for (const [key, object] of now) {
    if (!old.has(key)) found.set(key, [whole(object, 'left')]);
  }
  return [...found]
    .filter(([key]) => !isExplained(key, old.get(key) ?? now.get(key), found))
    .flatMap(([, differences]) => differences)
    .sort(byWeight);
}

function byKey({ objects }: Fingerprint): ReadonlyMap<string, CatalogObject> {
  return new Map(objects.map((object) => [`${object.kind} ${object.name}`, object]));
}

function whole({ kind, name }: CatalogObject, difference: 'missing' | 'left'): SchemaDifference {
  return { kind, name, matters: true, difference };
}

/** True if what is said of the object's parent says it all. */
function isExplained(
  key: string,
  object: CatalogObject | undefined,
  found: ReadonlyMap<string, readonly SchemaDifference[]>,
): boolean {
  const parent = object?.parent === undefined ? undefined : found.get(object.parent);
  const [own] = found.get(key) ?? [];
  if (parent === undefined || own === undefined) return false;
  return parent.some((one) => {
    if (one.difference === 'missing' || one.difference === 'left') {
      // A sequence that is still there belongs to nothing any more: that its column is missing does not say so.
      return own.difference === one.difference;
    }
    if (one.difference !== 'changed' || one.property !== 'definition') return false;
    return (
      (one.kind.endsWith('view') && own.kind === 'column') ||
      (one.kind === 'constraint' && own.kind === 'index')
    );
  });
}

/** What differs in an object that is there before and after. */
function changes(before: CatalogObject, after: CatalogObject): SchemaDifference[] {
  const { kind, name } = before;
  const differences: SchemaDifference[] = [];
  if (kind === 'sequence' && before.parent !== after.parent) {
    differences.push(changed(before, 'owner column', withoutKind(before.parent), withoutKind(after.parent)));
  }
  const properties = new Set([...Object.keys(before.facts), ...Object.keys(after.facts)]);
  for (const property of properties) {
    const old = before.facts[property];
    const now = after.facts[property];
    if (isSame(old, now)) continue;
    if (isList(old) && isList(now)) differences.push(...listChanges(before, property, old, now));
    else if (collapsed(old) === collapsed(now)) {
      differences.push({ kind, name, matters: false, difference: 'cosmetic', property });
    } else if (kind.endsWith('view') && property === 'definition' && isReordered(old, now)) {
      // The columns that its query lists follow the order of a table's: `SELECT *`.
    } else differences.push(changed(before, property, old, now));
  }
  return differences;
}

const ORDERED = new Set(['columns', 'attributes', 'labels', 'parent']);

/** Lists: whose order is a fact of its own, or which have none. */
function listChanges(
  object: CatalogObject,
  property: string,
  before: readonly string[],
  after: readonly string[],
): SchemaDifference[] {
  const missing = before.filter((item) => !after.includes(item));
  const left = after.filter((item) => !before.includes(item));
  const { kind, name } = object;
  if (property === 'columns') {
    // A column that is missing or left is an object of its own.
    return missing.length + left.length > 0
      ? []
      : [{ kind, name, matters: false, difference: 'column order', before, after }];
  }
  if (missing.length + left.length === 0) {
    return ORDERED.has(property)
      ? [changed(object, `order of ${property}`, before.join(', '), after.join(', '))]
      : [];
  }
  if (property === 'attributes') return [];
  return [changed(object, property, orNone(missing), orNone(left))];
}

const orNone = (items: readonly string[]): readonly string[] | undefined =>
  items.length === 0 ? undefined : items;

function changed(
  { kind, name }: CatalogObject,
  property: string,
  before: Fact | undefined,
  after: Fact | undefined,
): SchemaDifference {
  return { kind, name, matters: true, difference: 'changed', property, before, after };
}

function isList(fact: Fact | undefined): fact is readonly string[] {
  return Array.isArray(fact);
}

function isSame(a: Fact | undefined, b: Fact | undefined): boolean {
  if (!isList(a) || !isList(b)) return a === b;
  return a.length === b.length && a.every((item, at) => item === b[at]);
}

/** A definition without its whitespace; of anything else, itself. */
function collapsed(fact: Fact | undefined): Fact | undefined {
  return typeof fact === 'string' && fact.includes('\n') ? fact.replaceAll(/\s+/gu, ' ').trim() : fact;
}

/** True if two definitions have the same lines in another order. */
function isReordered(before: Fact | undefined, after: Fact | undefined): boolean {
  const lines = (fact: Fact | undefined): string =>
    String(fact)
      .split('\n')
      .map((line) =>
        line
          .replace(/^\s*SELECT\s/u, '')
          .replace(/,$/u, '')
          .trim(),
      )
      .sort()
      .join('\n');
  return lines(before) === lines(after);
}

function withoutKind(parent: string | undefined): string | undefined {
  return parent?.replace(/^column /u, '');
}

/** What matters first, then whole objects, then by name. */
function byWeight(a: SchemaDifference, b: SchemaDifference): number {
  if (a.matters !== b.matters) return a.matters ? -1 : 1;
  const [left, right] = [weight(a), weight(b)];
  if (left !== right) return left - right;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

const KINDS = ['schema', 'extension', 'table', 'column', 'constraint', 'index'];

function weight({ kind }: SchemaDifference): number {
  const at = KINDS.indexOf(kind);
  return at === -1 ? KINDS.length : at;
}
