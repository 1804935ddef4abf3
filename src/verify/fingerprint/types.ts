/** The schema of a database at one moment, as plain data: it may be kept, sent to a worker, written to a cache. */
export interface Fingerprint {
  /** Sorted by kind and name; no two have the same. */
  readonly objects: readonly CatalogObject[];
}

/** An object that a migration can make, change or drop, or a part of one. Without oids, column numbers or states of counters. */
export interface CatalogObject {
  /** For people: `table`, `column`, `materialized view`, `text search dictionary`. */
  readonly kind: string;
  /**
   * For people, unique among those of its kind: `orders`, `orders.total`, `orders_total_check on orders`, `billing.add(integer)`.
   * A schema other than public is named; quoted where PostgreSQL wants quotes.
   */
  readonly name: string;
  /** Kind and name of what it belongs to and goes with: `table orders`. Undefined for none. */
  readonly parent: string | undefined;
  /** What is to be said of it, by property: `type`, `default`, `NOT NULL`. A property that it does not have is left out. */
  readonly facts: Readonly<Record<string, Fact>>;
}

/** What a property is. `true`: it is there, and nothing more is to be said. A list: each is there or not, in any order. */
export type Fact = string | number | true | readonly string[];

/** How the schema differs from what it should be, in one thing. */
export type SchemaDifference = {
  /** The object's kind: `table`, `column`. */
  readonly kind: string;
  /** The object's name: `orders.total`. */
  readonly name: string;
  /**
   * False for what no query, no migration and no test would notice: whitespace in a function, or columns in another order, which only
   * `SELECT *`, COPY and INSERT without columns notice.
   */
  readonly matters: boolean;
} & (
  | { readonly difference: 'missing' }
  | { readonly difference: 'left' }
  /** Undefined: it has no such property. Of a list: what is in one only. */
  | {
      readonly difference: 'changed';
      readonly property: string;
      readonly before: Fact | undefined;
      readonly after: Fact | undefined;
    }
  | {
      readonly difference: 'column order';
      readonly before: readonly string[];
      readonly after: readonly string[];
    }
  /** The same but for whitespace. */
  | { readonly difference: 'cosmetic'; readonly property: string }
);
