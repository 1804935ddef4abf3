import type { Statement } from '../../input/sql/types.ts';
import type { Catalog, Table } from '../../model/catalog/types.ts';
import { tablesAtWork } from '../../model/effects/tables-at-work.ts';
import {
  operationsOfKind,
  operationsOfStatement,
  operationsOn,
  runsBefore,
} from '../../model/history/deploy-operations.ts';
import { objectKey } from '../../model/operations/same-object.ts';
import type { Loop, ObjectName, Operation } from '../../model/operations/types.ts';
import type { Deploy } from '../deploy.ts';
import { existedBeforeDeploy } from '../existed.ts';
import type { Step } from '../replay.ts';
import type { SmallTable, TableSizes } from './table-sizes.ts';

/** Finds out whether work is quick because the tables that it works on are small. */
export class SmallTables {
  readonly #sizes: TableSizes;
  /** Whether an operation puts more rows into its table than a small one has. */
  readonly #fills = new WeakMap<Operation, boolean>();

  constructor(sizes: TableSizes) {
    this.#sizes = sizes;
  }

  /**
   * The tables that decide how long an operation or a loop takes, if every one of them is known to be small.
   *
   * Asked are all operations of the operation's statement, which a rule may report as one, and what the loops around it go
   * through; of a loop everything in it. Only relations that existed before the deploy count. A lock that is held meanwhile,
   * on whatever table, does no harm: it lasts as long as the work does, and that is short.
   *
   * @param deploy the deploy that they belong to.
   * @returns undefined if one of the tables is large or unknown, or if no table decides: then it takes as long as it takes.
   */
  of(subject: Operation | Loop, deploy: Deploy): readonly SmallTable[] | undefined {
    if (this.#sizes.isEmpty) return undefined;
    const small = new Map<string, SmallTable>();
    for (const statement of statementsOf(subject, deploy)) {
      for (const operation of operationsOfStatement(statement, deploy.migrations)) {
        const step = deploy.stepOf(operation);
        if (step === undefined) return undefined;
        for (const relation of tablesAtWork(operation, deploy.effectsOfStep(step), step.before)) {
          const known = this.#small(relation, step, deploy);
          if (known === undefined) return undefined;
          small.set(objectKey(relation), { ...known, relation });
        }
      }
    }
    return small.size === 0 ? undefined : [...small.values()];
  }

  /** Why a table is small: the table of that name just before a step, by the name that it had before the deploy. */
  #small(relation: ObjectName, step: Step, deploy: Deploy): SmallTable | undefined {
    const { operation, before: catalog, after: catalogAfter } = step;
    const table = existedBeforeDeploy(relation, { catalog, catalogAfter, operation, deploy });
    if (table === undefined || isAmbiguous(table, deploy)) return undefined;
    const known = this.#measured(table.name, deploy.before);
    if (known === undefined || this.#isFilled(relation, operation, deploy)) return undefined;
    // What was attached since its parent was measured has a size of its own.
    const isSmallChild = (child: Table): boolean =>
      child.origin.migration >= deploy.firstIndex ||
      isPartOf(child, table, deploy.before) ||
      this.#small(child.name, step, deploy) !== undefined;
    return catalog.children(relation).every(isSmallChild) ? known : undefined;
  }

  /** A table by its own size, or a partition by that of the whole. */
  #measured(name: ObjectName, before: Catalog): SmallTable | undefined {
    const parent = before.table(name)?.partitionOf?.parent;
    return this.#sizes.small(name) ?? (parent === undefined ? undefined : this.#measured(parent, before));
  }

  /** Whether the deploy itself has put more rows into a table by then than a small one has. */
  #isFilled(relation: ObjectName, operation: Operation, deploy: Deploy): boolean {
    return operationsOn(relation, deploy.migrations).some(
      (earlier) =>
        mayFill(earlier) &&
        runsBefore(earlier, operation, deploy.migrations) &&
        this.#fillsMany(earlier, deploy),
    );
  }

  #fillsMany(operation: Operation, deploy: Deploy): boolean {
    const known = this.#fills.get(operation);
    if (known !== undefined) return known;
    const step = deploy.stepOf(operation);
    const reads = step === undefined ? [] : tablesAtWork(operation, deploy.allEffectsOf(step), step.before);
    // Without a table that is read the rows come from a function, such as generate_series, or a file.
    const fills =
      step === undefined ||
      reads.length === 0 ||
      reads.some((read) => this.#small(read, step, deploy) === undefined);
    this.#fills.set(operation, fills);
    return fills;
  }
}

/** The statements whose work counts, each once. */
function statementsOf(subject: Operation | Loop, deploy: Deploy): ReadonlySet<Statement> {
  if ('kind' in subject)
    return new Set([subject.statement, ...around(subject.loop).flatMap(({ query }) => query ?? [])]);
  const inside = deploy.migrations
    .flatMap(({ loops }) => loops)
    .filter((loop) => loop.statement === subject.statement && around(loop).includes(subject));
  return new Set(
    inside.flatMap(({ query, operations }) => [
      ...(query === undefined ? [] : [query]),
      ...operations.map(({ statement }) => statement),
    ]),
  );
}

/** A loop and those that it is in. */
function around(loop: Loop | undefined): readonly Loop[] {
  return loop === undefined ? [] : [loop, ...around(loop.parent)];
}

/** Whether a table belonged to another one before the deploy already. */
function isPartOf(child: Table, parent: Table, before: Catalog): boolean {
  return before.children(parent.name).some(({ origin }) => origin === child.origin);
}

/** Whether a table that no migration created has its name from the deploy: nobody knows what it was called before. */
function isAmbiguous({ name, origin }: Table, { migrations }: Deploy): boolean {
  if (origin.migration >= 0) return false;
  const renamed = operationsOfKind('RenameTable', migrations).some(({ newName }) => newName === name.name);
  return renamed || operationsOfKind('SetSchema', migrations).some(({ object }) => object.name === name.name);
}

/** Whether an operation can put any number of rows into its table. */
function mayFill(operation: Operation): boolean {
  switch (operation.kind) {
    case 'Insert':
      return operation.run !== 'called' && (operation.source === 'query' || operation.loop !== undefined);
    case 'Merge':
      return operation.run !== 'called';
    case 'Copy':
      return operation.from;
    default:
      return false;
  }
}
