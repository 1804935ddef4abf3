interface Version<Value> {
  readonly since: number;
  value: Value | undefined;
}

/** A map that answers for any point of its past: each key keeps the values it had, each with the point since when. */
export class VersionedMap<Value> {
  readonly #versions = new Map<string, Version<Value>[]>();

  /**
   * The value that a key had at a point.
   *
   * @param key the key.
   * @param point a sequence number; writes with a greater one are not seen.
   * @returns undefined if the key had no value then, or if that past was pruned.
   */
  at(key: string, point: number): Value | undefined {
    const versions = this.#versions.get(key);
    return versions === undefined ? undefined : valueAt(versions, point);
  }

  /**
   * Writes a value.
   *
   * @param key the key.
   * @param value the new value; undefined removes the key.
   * @param since the sequence number of the write; never less than that of an earlier write.
   * @param windowStart values that were replaced at or before this point are forgotten.
   */
  set(key: string, value: Value | undefined, since: number, windowStart: number): void {
    const versions = this.#versions.get(key);
    if (versions === undefined) {
      if (value !== undefined) this.#versions.set(key, [{ since, value }]);
      return;
    }
    const last = versions.at(-1);
    if (last?.since === since) last.value = value;
    else versions.push({ since, value });
    forgetReplaced(versions, windowStart);
  }

  /**
   * The values at a point, in the order in which their keys were first written.
   *
   * @param point a sequence number.
   * @yields every value of that point.
   */
  *valuesAt(point: number): IterableIterator<Value> {
    for (const versions of this.#versions.values()) {
      const value = valueAt(versions, point);
      if (value !== undefined) yield value;
    }
  }

  /** @returns how many keys and how many values are kept, for tests of the pruning. */
  size(): { readonly keys: number; readonly values: number } {
    let values = 0;
    for (const versions of this.#versions.values()) values += versions.length;
    return { keys: this.#versions.size, values };
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
