/**
 * What an operation touches, so that two operations can be asked whether the one may run before the other.
 *
 * Objects go by their bare names here, whatever their kind and schema: two of one name count as one, which never lets an operation
 * pass another that it needs.
 */

/**
 * How an operation touches a part of an object. `reads` and `writes` are in each other's way in both directions, and so are two
 * `writes`. `needs` waits for what `provides`, but not the other way round: VALIDATE needs the rows that an UPDATE has put right,
 * while an UPDATE needs nothing of a VALIDATE.
 */
export type Touch = 'reads' | 'writes' | 'needs' | 'provides';

/** A part of an object: what kind it is, and its name among those; `*` for all of them. */
export interface PartOfObject {
  readonly kind:
    | '*'
    /** That it is there: nothing but what makes, drops or renames it is in the way. */
    | 'self'
    | 'column'
    | 'null'
    | 'default'
    | 'constraint'
    | 'index'
    | 'rows'
    | 'rules'
    | 'keys'
    | 'indexes'
    | 'validity'
    | 'proofs'
    | 'trigger'
    /** What is read by views. */
    | 'readers'
    | 'comment'
    | 'privileges'
    | 'settings';
  readonly name: string;
}

/** What one or more operations touch. */
export interface Footprint {
  /** True if nobody knows all that they do: dynamic SQL, a called procedure. */
  readonly unknown: boolean;
  readonly objects: ReadonlyMap<string, readonly (PartOfObject & { readonly touch: Touch })[]>;
}

/** Collects a footprint. */
export class FootprintBuilder {
  unknown = false;
  readonly #objects = new Map<string, (PartOfObject & { readonly touch: Touch })[]>();

  /** Notes that a part of an object is touched; the object as a whole where no part is given. */
  add(touch: Touch, object: string | undefined, kind: PartOfObject['kind'] = '*', name = '*'): void {
    if (object === undefined || object === '') return;
    const known = this.#objects.get(object);
    if (known === undefined) this.#objects.set(object, [{ touch, kind, name }]);
    else if (!known.some((one) => one.touch === touch && one.kind === kind && one.name === name))
      known.push({ touch, kind, name });
  }

  /** What was collected so far. */
  finish(): Footprint {
    return { unknown: this.unknown, objects: this.#objects };
  }
}

/**
 * Whether an operation has to stay behind another one that ran before it: in doubt, yes.
 *
 * @param later what runs later.
 * @param earlier what runs before it.
 * @param strength `objects`: whether they are about the same objects and parts; what the one needs of the other does not count.
 */
export function dependsOn(
  later: Footprint,
  earlier: Footprint,
  strength: 'all' | 'objects' = 'all',
): boolean {
  if (later.unknown || earlier.unknown) return true;
  const [few, many] = later.objects.size <= earlier.objects.size ? [later, earlier] : [earlier, later];
  for (const object of few.objects.keys()) {
    if (!many.objects.has(object)) continue;
    const mine = later.objects.get(object) ?? [];
    const others = earlier.objects.get(object) ?? [];
    if (
      mine.some((one) =>
        others.some((other) => meets(one, other) && waitsFor(one.touch, other.touch, strength)),
      )
    )
      return true;
  }
  return false;
}

function meets(one: PartOfObject, other: PartOfObject): boolean {
  if (one.kind === '*' || other.kind === '*') return true;
  return one.kind === other.kind && (one.name === other.name || one.name === '*' || other.name === '*');
}

function waitsFor(later: Touch, earlier: Touch, strength: 'all' | 'objects'): boolean {
  if (later === 'needs' && earlier === 'provides') return strength === 'all';
  return later === 'writes' || earlier === 'writes';
}
