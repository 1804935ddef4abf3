import type { ObjectName } from '../operations/types.ts';

interface Version<Value> {
  readonly since: number;
  value: Value | undefined;
}

/**
 * A map from names to values that answers for any point of its past: each name keeps the values it had, each with the point
 * since when. A name without a schema is one of its own.
 */
export class VersionedMap<Value> {
  /** By schema, then by name: cheaper than making one string of both for every question. */
  readonly #schemas = new Map<string, Map<string, Version<Value>[]>>();

  /**
   * The value that a name had at a point.
   *
   * @param name the name.
   * @param point a sequence number; writes with a greater one are not seen.
   * @returns undefined if the name had no value then, or if that past was pruned.
   */
  at(name: ObjectName, point: number): Value | undefined {
    return this.in(name.schema, name.name, point);
  }

  /** As {@link at}, for a name in another schema than its own. */
  in(schema: string | undefined, name: string, point: number): Value | undefined {
    const versions = this.#schemas.get(schema ?? '')?.get(name);
    return versions === undefined ? undefined : valueAt(versions, point);
  }

  /**
   * Writes a value.
   *
   * @param name the name.
   * @param value the new value; undefined removes the name.
   * @param since the sequence number of the write; never less than that of an earlier write.
   * @param windowStart values that were replaced at or before this point are forgotten.
   */
  set({ schema, name }: ObjectName, value: Value | undefined, since: number, windowStart: number): void {
    let names = this.#schemas.get(schema ?? '');
    const versions = names?.get(name);
    if (versions === undefined) {
      if (value === undefined) return;
      if (names === undefined) this.#schemas.set(schema ?? '', (names = new Map()));
      names.set(name, [{ since, value }]);
      return;
    }
    const last = versions.at(-1);
    if (last?.since === since) last.value = value;
    else versions.push({ since, value });
    forgetReplaced(versions, windowStart);
  }

  /**
   * The values at a point, schema by schema, in the order in which their names were first written.
   *
   * @param point a sequence number.
   * @returns every value of that point; a list of its own, which later writes do not change.
   */
  valuesAt(point: number): readonly Value[] {
    const values: Value[] = [];
    for (const names of this.#schemas.values()) {
      for (const versions of names.values()) {
        const value = valueAt(versions, point);
        if (value !== undefined) values.push(value);
      }
    }
    return values;
  }

  /** @returns how many names and how many values are kept, for tests of the pruning. */
  size(): { readonly names: number; readonly values: number } {
    const all = [...this.#schemas.values()].flatMap((names) => [...names.values()]);
    return { names: all.length, values: all.reduce((sum, versions) => sum + versions.length, 0) };
  }
}

function valueAt<Value>(versions: readonly Version<Value>[], point: number): Value | undefined {
  const last = versions[versions.length - 1];
  if (last === undefined || last.since <= point) return last?.value;
  let low = 0;
  let high = versions.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((versions[middle]?.since ?? 0) <= point) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : versions[low - 1]?.value;
}

function forgetReplaced<Value>(versions: Version<Value>[], windowStart: number): void {
  let replaced = 0;
  while (replaced + 1 < versions.length && (versions[replaced + 1]?.since ?? 0) <= windowStart) replaced += 1;
  if (replaced > 0) versions.splice(0, replaced);
}
