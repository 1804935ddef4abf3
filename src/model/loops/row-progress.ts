/** Whether an UPDATE takes the rows it writes out of the condition that picked them. */
import type { Node, SubLink } from '@pgsql/types';
import type { Catalog, Column, Table } from '../catalog/types.ts';
import { provesNotNull } from '../effects/not-null.ts';
import { isVolatile } from '../effects/volatility.ts';
import { fieldsOf } from '../operations/nodes.ts';
import { visitNodes } from '../operations/parse-tree.ts';
import { callsOf, columnNames, readsOf } from '../operations/queries.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, Update } from '../operations/types.ts';
import { converted, evaluate, familyOf, type Names } from './evaluate.ts';
import { STRICT, STRICT_AT_LEAST } from './functions.ts';
import { lookupOf, type Lookup } from './lookups.ts';
import { anything, canBeTrue, isFalse, isTrue, notNull, nothing, type Family, type Value } from './values.ts';

/**
 * What becomes of a row that an UPDATE has written.
 * - `leaves`: its condition is not true any more, whatever the row holds.
 * - `stays`: it is true as before, for every row.
 * - `stays with nulls`: it is true as before for rows that hold NULL in one of `columns`, or in all of them if `together`.
 * - `stays without match`: it is true as before for rows for which subqueries over `tables` find no row.
 * - `unknown`: none of these can be told.
 */
export type RowProgress =
  | { readonly kind: 'leaves' }
  | { readonly kind: 'stays' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'stays with nulls'; readonly columns: readonly string[]; readonly together: boolean }
  | { readonly kind: 'stays without match'; readonly tables: readonly ObjectName[] };

const unknown: RowProgress = { kind: 'unknown' };

/** An UPDATE with the conditions that all rows fulfil which it writes. */
export interface Writing {
  readonly update: Update;
  readonly conditions: readonly Node[];
  /** The names that qualify the table's columns. */
  readonly aliases: ReadonlySet<string>;
  readonly isVariable: (name: string) => boolean;
  /** Whether a variable can change from pass to pass. */
  readonly changes: (variable: string) => boolean;
  /** Whether the loop writes a table. */
  readonly writes: (table: ObjectName) => boolean;
}

/**
 * What becomes of the rows that an UPDATE writes.
 *
 * Limits: what BEFORE UPDATE triggers and rules make of a row is not read; a table that has some is `unknown`.
 *
 * @param writing the UPDATE and its conditions.
 * @param catalog the schema just before.
 */
export function rowProgress(writing: Writing, catalog: Catalog): RowProgress {
  const table = catalog.table(writing.update.table);
  if (table === undefined) return unknown;
  if (table.rules.length > 0 || table.triggers.some(changesRows)) return unknown;
  return new Judgement(writing, table, catalog).progress();
}

function changesRows({ events, state, timing }: Table['triggers'][number]): boolean {
  return state !== 'disabled' && events.includes('update') && timing !== 'instead of';
}

/** The columns that are taken to be NULL, all others that can be NULL being either. */
type Nulls = ReadonlySet<string>;
const noNulls: Nulls = new Set();

class Judgement {
  readonly #writing: Writing;
  readonly #table: Table;
  readonly #catalog: Catalog;
  readonly #columns: ReadonlyMap<string, Column>;
  readonly #assigned: ReadonlyMap<string, Node | undefined>;
  readonly #nullable: readonly string[];

  constructor(writing: Writing, table: Table, catalog: Catalog) {
    this.#writing = writing;
    this.#table = table;
    this.#catalog = catalog;
    this.#columns = new Map(table.columns.map((column) => [column.name, column]));
    this.#assigned = new Map(
      writing.update.assignments.map(({ column, expression }) => [column, expression?.tree]),
    );
    const read = [...this.#assigned.values(), ...writing.conditions].flatMap((node) => this.#columnsIn(node));
    this.#nullable = [...new Set(read)].filter(
      (column) => !provesNotNull(table, column) && this.#isPossible(column),
    );
  }

  progress(): RowProgress {
    const { conditions } = this.#writing;
    const affected = conditions.filter((condition) => this.#isAffected(condition));
    const isSure = this.#isKnown();
    // Conditions that no row fulfils are left by all of them.
    const names = this.#names(noNulls, false);
    if (isSure && conditions.some((condition) => !canBeTrue(evaluate(condition, names))))
      return { kind: 'leaves' };
    if (
      isSure &&
      affected.some((one) => !this.#hasMovingVariable(one) && !canBeTrue(this.#after(one, noNulls)))
    )
      return { kind: 'leaves' };
    if (!isSure || !conditions.every((condition) => this.#isSteady(condition, affected))) return unknown;
    if (affected.every((one) => isTrue(this.#after(one, noNulls)))) return { kind: 'stays' };
    const columns = this.#nullable.filter((column) => this.#staysWith(new Set([column]), affected));
    if (columns.length > 0) return { kind: 'stays with nulls', columns, together: false };
    const read = new Set([...this.#assigned.values()].flatMap((node) => this.#columnsIn(node)));
    const all = this.#nullable.filter((column) => read.has(column));
    if (all.length > 1 && this.#staysWith(new Set(all), affected))
      return { kind: 'stays with nulls', columns: all, together: true };
    return this.#staysUnmatched(affected);
  }

  /** Of rows for which the subqueries that are set find no row. */
  #staysUnmatched(affected: readonly Node[]): RowProgress {
    const lookups = [...this.#assigned].flatMap(([column, node]) =>
      subqueriesIn(node).map((link) => ({ column, unmatched: this.#lookup(link).unmatched })),
    );
    const tables = lookups.flatMap(({ unmatched }) => unmatched?.table ?? []);
    // A condition that asks for the match itself, a loop that makes one, and a column that refuses NULL.
    const isMatched = tables.some(
      (table) =>
        this.#writing.writes(table) ||
        this.#writing.conditions.some((one) => readsOf(one).some((read) => isSameObject(read, table))),
    );
    const isRefused = lookups.some(({ column }) => provesNotNull(this.#table, column));
    if (tables.length === 0 || isMatched || isRefused) return unknown;
    const stays = affected.every((condition) => isTrue(this.#after(condition, noNulls, true)));
    const unique = tables.filter((table, at) => tables.findIndex((one) => isSameObject(one, table)) === at);
    return stays ? { kind: 'stays without match', tables: unique } : unknown;
  }

  #lookup(link: SubLink): Lookup {
    const canBeNull = (column: string): boolean => this.#nullable.includes(column);
    return lookupOf(link, { table: this.#table, aliases: this.#writing.aliases, canBeNull }, this.#catalog);
  }

  /** True where a row with these NULLs can be picked, surely, and is picked again. */
  #staysWith(nulls: Nulls, affected: readonly Node[]): boolean {
    const isPicked = this.#writing.conditions.every(
      (condition) =>
        !this.#columnsIn(condition).some((column) => nulls.has(column)) ||
        isTrue(evaluate(condition, this.#names(nulls, false))),
    );
    return isPicked && affected.every((condition) => isTrue(this.#after(condition, nulls)));
  }

  /** Whether a row with NULL in a column can fulfil the conditions, and the table's CHECK constraints. */
  #isPossible(column: string): boolean {
    const names = this.#names(new Set([column]), true);
    const checks = this.#table.constraints.flatMap(({ definition }) =>
      definition.type === 'check' ? definition.expression.tree : [],
    );
    return (
      this.#writing.conditions.every((condition) => canBeTrue(evaluate(condition, names))) &&
      !checks.some((check) => isFalse(evaluate(check, names)))
    );
  }

  /** A condition after the UPDATE. @param unmatched true where subqueries find no row. */
  #after(condition: Node, nulls: Nulls, unmatched = false): Value {
    const before: Names = {
      ...this.#names(nulls, false),
      subquery: (link) => {
        const lookup = this.#lookup(link);
        return unmatched ? (lookup.unmatched?.value ?? lookup.value) : lookup.value;
      },
    };
    return evaluate(condition, {
      ...before,
      value: (names) => {
        const column = this.#columnOf(names);
        if (column === undefined || !this.#assigned.has(column)) return before.value(names);
        return this.#asColumn(column, this.#assigned.get(column), before);
      },
    });
  }

  /** A value as the column holds it. What the column's type may change is not known to be equal any more. */
  #asColumn(column: string, expression: Node | undefined, names: Names): Value {
    if (expression === undefined)
      return setsDefault(this.#writing.update, column) ? this.#default(column) : anything;
    const value = evaluate(expression, names);
    const type = this.#columns.get(column)?.type;
    const family = this.#family(column);
    const source = columnNames(expression);
    const from = source && this.#columns.get(this.#columnOf(source) ?? '');
    const isSameType =
      from === undefined
        ? family === 'text' && type?.modifiers.length === 0 && value.family === 'text'
        : JSON.stringify(from.type) === JSON.stringify(type);
    return { ...converted(value, family), symbol: isSameType ? value.symbol : undefined };
  }

  /** What DEFAULT is: NULL where the column has none. */
  #default(column: string): Value {
    const own = this.#columns.get(column);
    if (own === undefined || own.identity !== undefined || own.generated !== undefined) return anything;
    if (own.default === undefined) return nothing;
    const names: Names = { value: () => anything, hasRoutine: () => true };
    return { ...converted(evaluate(own.default.tree, names), this.#family(column)), symbol: undefined };
  }

  /** @param all true before it is known which columns cannot be NULL. */
  #names(nulls: Nulls, all: boolean): Names {
    return {
      hasRoutine: (name) => this.#catalog.routines({ schema: undefined, name }).length > 0,
      value: (names) => {
        const column = this.#columnOf(names);
        if (column === undefined)
          return this.#writing.isVariable(names[0] ?? '')
            ? { ...anything, symbol: names.join('.') }
            : anything;
        if (nulls.has(column)) return nothing;
        const symbol = `"${column}"`;
        const family = this.#family(column);
        const canBeNull = all ? !provesNotNull(this.#table, column) : this.#nullable.includes(column);
        return { ...(canBeNull ? anything : notNull), symbol, family };
      },
    };
  }

  #family(column: string): Family | undefined {
    const type = this.#columns.get(column)?.type;
    if (type === undefined || type.arrayDimensions > 0) return undefined;
    const own = this.#catalog.type({ schema: type.schema, name: type.name });
    return own === undefined ? familyOf(type.name) : own.kind === 'enum' ? 'text' : undefined;
  }

  #columnOf(names: readonly string[]): string | undefined {
    if (names.length === 0 || names.length > 2) return undefined;
    const name = names.at(-1) ?? '';
    const isOwn =
      names.length === 1 ? !this.#writing.isVariable(name) : this.#writing.aliases.has(names[0] ?? '');
    return isOwn && this.#columns.has(name) ? name : undefined;
  }

  #columnsIn(node: Node | undefined): readonly string[] {
    const found: string[] = [];
    visitNodes(node, (type, fields) => {
      if (type !== 'ColumnRef') return;
      const column = this.#columnOf(columnNames({ ColumnRef: fields }) ?? []);
      if (column !== undefined) found.push(column);
    });
    return found;
  }

  #isAffected(condition: Node): boolean {
    return this.#columnsIn(condition).some((column) => this.#assigned.has(column));
  }

  /** Whether all that the conditions and values read is certain, and computed in a way that is understood. */
  #isKnown(): boolean {
    const nodes = [...this.#assigned.values(), ...this.#writing.conditions];
    return nodes
      .flatMap((node) => this.#columnsIn(node))
      .every((name) => {
        const column = this.#columns.get(name);
        const type = column && this.#catalog.type({ schema: column.type.schema, name: column.type.name });
        return column?.certainty === 'certain' && column.generated === undefined && type?.kind !== 'domain';
      });
  }

  /** Whether a condition that the UPDATE does not touch gives the same next time, and one that it touches is of the row alone. */
  #isSteady(condition: Node, affected: readonly Node[]): boolean {
    if (this.#hasMovingVariable(condition) || isVolatile({ text: '', tree: condition }, this.#catalog))
      return false;
    const isKnown = callsOf(condition).every(
      ({ name }) => STRICT.has(name) || STRICT_AT_LEAST.has(name) || name === 'concat',
    );
    // A subquery over other tables gives the same for the same row; over this one it sees what was written.
    const reads = readsOf(condition);
    const isOwn = reads.length === 0 || !affected.includes(condition);
    return isKnown && isOwn && !reads.some((name) => isSameObject(name, this.#table.name));
  }

  /** Whether a condition names what can be another thing in the next pass: a variable, the time. */
  #hasMovingVariable(condition: Node): boolean {
    let moves = false;
    visitNodes(condition, (type, fields) => {
      if (type === 'SQLValueFunction') moves = true;
      if (type !== 'ColumnRef') return;
      const names = columnNames({ ColumnRef: fields }) ?? [];
      if (this.#columnOf(names) === undefined && this.#writing.changes(names[0] ?? '')) moves = true;
    });
    return moves;
  }
}

/** `column = DEFAULT`. */
function setsDefault({ statement }: Update, column: string): boolean {
  let found = false;
  visitNodes(statement.tree, (type, fields) => {
    if (type !== 'UpdateStmt') return;
    for (const node of (fields['targetList'] ?? []) as readonly Node[]) {
      const target = fieldsOf(node, 'ResTarget');
      if (target?.name === column && fieldsOf(target.val, 'SetToDefault') !== undefined) found = true;
    }
  });
  return found;
}

/** The subqueries of an expression, those in them left out. */
function subqueriesIn(node: Node | undefined): readonly SubLink[] {
  const found: SubLink[] = [];
  visitNodes(node, (type, fields) => {
    if (type !== 'SubLink') return true;
    found.push(fields);
    return false;
  });
  return found;
}
