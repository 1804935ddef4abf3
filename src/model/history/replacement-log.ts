import { objectKey } from '../operations/same-object.ts';
import type { ObjectName, Operation } from '../operations/types.ts';
import type { Statement } from '../../input/sql/types.ts';
import { dualWrites } from './dual-writes.ts';
import { addTie, snapshotOf, type Candidate } from './replacement-candidate.ts';
import type { Replacement, ReplacementSign } from './replacement.ts';
import { Shapes } from './replaced-by-shape.ts';
import type { CopiedValues, RowPlace } from './row-copies.ts';
import { generatedTie, tiesIn, type FoundTie } from './ties.ts';
import { Timeline, type ColumnLife, type Moment, type TableLife } from './timeline.ts';

/**
 * Finds replacements in the operations that it is told of. They are only noted down; what they mean together is worked out when
 * somebody asks, each once.
 */
export class ReplacementLog {
  #noted: { readonly moment: Moment; readonly copies: readonly CopiedValues[] }[] = [];
  readonly #timeline = new Timeline();
  readonly #candidates: Candidate[] = [];
  readonly #byOld = new Map<TableLife | ColumnLife, Candidate[]>();
  readonly #byNew = new Map<TableLife | ColumnLife, Candidate[]>();
  readonly #byMigration = new Map<number, Set<Candidate>>();
  /** Columns dropped without a tie to another: a shape may say what replaces them. */
  readonly #dropped = new Map<number, ColumnLife[]>();
  /** What they say, as far as the history goes. */
  #shapes = new Shapes();
  readonly #functions = new Map<string, Statement>();
  readonly #orders = new Map<Operation, number>();

  /** @param copies what the operation copies; empty for what is no copy. */
  note(moment: Moment, copies: readonly CopiedValues[]): void {
    this.#noted.push({ moment, copies });
  }

  all(): readonly Replacement[] {
    this.#catchUp();
    const shapes = [...this.#dropped.values()].flat().map((life) => this.#shapes.of(life));
    const found = [...this.#candidates.map((candidate) => snapshotOf(candidate)), ...shapes];
    return found.filter((one) => one !== undefined).sort((a, b) => a.expand.migration - b.expand.migration);
  }

  in(migration: number): readonly Replacement[] {
    this.#catchUp();
    const tied = [...(this.#byMigration.get(migration) ?? [])].map((candidate) => snapshotOf(candidate));
    const shapes = (this.#dropped.get(migration) ?? []).map((life) => this.#shapes.of(life));
    return [...tied, ...shapes].filter((one) => one !== undefined);
  }

  /** @param side what the place is: the `old` one of the replacement, or the `new` one. */
  of(side: 'old' | 'new', place: RowPlace, before: Operation | undefined): Replacement | undefined {
    this.#catchUp();
    const life = this.#lifeOf(place, (before && this.#orders.get(before)) ?? Infinity);
    if (life === undefined) return undefined;
    const candidates = (side === 'old' ? this.#byOld : this.#byNew).get(life) ?? [];
    const found = candidates.map((candidate) => snapshotOf(candidate)).filter((one) => one !== undefined);
    const best = found.findLast(({ certainty }) => certainty === 'certain') ?? found.at(-1);
    return best ?? (side === 'old' && life.kind === 'column' ? this.#shapes.of(life) : undefined);
  }

  #lifeOf({ table, column }: RowPlace, order: number): TableLife | ColumnLife | undefined {
    const life = this.#timeline.known(table, order);
    if (life === undefined || column === undefined) return life;
    return life.columns.at(column, order) ?? life.columns.lastAt(column, order);
  }

  #catchUp(): void {
    const noted = this.#noted;
    if (noted.length === 0) return;
    this.#noted = [];
    this.#shapes = new Shapes();
    for (const { moment, copies } of noted) {
      this.#orders.set(moment.operation, moment.order);
      this.#fold(moment, copies);
    }
  }

  #fold(moment: Moment, copies: readonly CopiedValues[]): void {
    const { operation } = moment;
    const timeline = this.#timeline;
    switch (operation.kind) {
      case 'CreateTable':
      case 'CreateTableAs': {
        const { ifNotExists, persistence, table } = operation;
        const columns = operation.kind === 'CreateTable' ? operation.columns : [];
        timeline.create(table, moment, {
          ifNotExists,
          temporary: persistence === 'temporary',
          columns,
        });
        break;
      }
      case 'AddColumn': {
        const added = timeline.addColumn(operation.table, operation.column, moment);
        const tie = added && generatedTie(operation);
        if (tie !== undefined) this.#tie(tie, moment);
        break;
      }
      case 'AlterColumnType': {
        const life = this.#lifeOf(operation, moment.order);
        if (life?.kind === 'column') life.type = operation.type;
        break;
      }
      case 'RenameTable':
        timeline.renameTable(operation.table, { ...operation.table, name: operation.newName }, moment);
        break;
      case 'SetSchema': {
        const { object, newSchema } = operation;
        if (operation.objectType === 'table')
          timeline.renameTable(object, { ...object, schema: newSchema }, moment);
        break;
      }
      case 'RenameColumn':
        timeline.renameColumn(operation.table, operation.column, operation.newName, moment);
        break;
      case 'DropTable':
        this.#drop(timeline.dropTable(operation.table, moment), moment);
        break;
      case 'DropColumn':
        this.#drop(timeline.dropColumn(operation.table, operation.column, moment), moment);
        break;
      case 'CommentOn': {
        const { object, column, comment } = operation;
        const life = this.#lifeOf({ table: operation.table ?? object, column }, moment.order);
        if (life !== undefined) life.comment = comment;
        break;
      }
      case 'CreateFunction':
        this.#functions.set(objectKey(operation.routine), operation.statement);
        break;
      case 'CreateTrigger': {
        const definition = this.#functions.get(objectKey(operation.function));
        if (definition === undefined || operation.forEach === 'statement') break;
        for (const tie of dualWrites(definition, operation.table)) this.#tie(tie, moment);
        break;
      }
      case 'CreateView':
        this.#show(operation, moment);
        break;
      default:
    }
    for (const tie of tiesIn(operation, copies)) this.#tie(tie, moment);
  }

  #drop(life: TableLife | ColumnLife | undefined, { migration }: Moment): void {
    if (life === undefined) return;
    const candidates = this.#byOld.get(life) ?? [];
    for (const candidate of candidates) this.#index(migration, candidate);
    if (life.kind === 'table' || candidates.length > 0) return;
    const list = this.#dropped.get(migration);
    if (list === undefined) this.#dropped.set(migration, [life]);
    else list.push(life);
  }

  #tie(tie: FoundTie, moment: Moment): void {
    const [from, to] = [this.#livingAt(tie.from, moment), this.#livingAt(tie.to, moment)];
    if (from === undefined || to === undefined || from === to) return;
    // A trigger may write the old one from the new one, too.
    const backwards = tie.kind === 'trigger' && (from.added?.order ?? -1) > (to.added?.order ?? -1);
    const [old, new_] = backwards ? [to, from] : [from, to];
    const known = this.#byOld.get(old)?.find((one) => one.new === new_);
    const candidate = addTie(known, { tie, moment, old, new: new_ });
    if (candidate === undefined) return;
    this.#index(moment.migration, candidate);
    if (known !== undefined) return;
    this.#candidates.push(candidate);
    push(this.#byOld, old, candidate);
    push(this.#byNew, new_, candidate);
    if (new_.added !== undefined) this.#index(new_.added.migration, candidate);
  }

  #livingAt({ table, column }: RowPlace, { order }: Moment): TableLife | ColumnLife | undefined {
    // Just after the operation: what CREATE TABLE AS makes it fills.
    const on = this.#timeline.table(table, order + 1);
    if (on === undefined || column === undefined) return on;
    return this.#timeline.column(on, column, order + 1);
  }

  /** A view that shows the new one under the old one's name. */
  #show({ view, query }: Operation & { readonly kind: 'CreateView' }, moment: Moment): void {
    const sign = (new_: TableLife | ColumnLife | undefined, wasCalled: (one: Candidate) => boolean): void => {
      for (const candidate of (new_ && this.#byNew.get(new_)) ?? []) {
        if (!wasCalled(candidate)) continue;
        candidate.ties.push({ ...moment, kind: 'view' });
        candidate.signs.add('view' satisfies ReplacementSign);
        this.#index(moment.migration, candidate);
      }
    };
    const { schema } = view;
    for (const name of query.reads)
      sign(
        this.#timeline.known({ schema, ...defined(name) }, moment.order),
        ({ old }) => old.kind === 'table' && old.names.some((one) => objectKey(one) === objectKey(view)),
      );
    for (const { output, source, column } of query.copies)
      if (column !== undefined && output !== undefined && output !== column)
        sign(
          this.#lifeOf({ table: { schema, ...defined(source) }, column }, moment.order),
          ({ old }) => old.kind === 'column' && old.names.includes(output),
        );
  }

  #index(migration: number, candidate: Candidate): void {
    const known = this.#byMigration.get(migration);
    if (known === undefined) this.#byMigration.set(migration, new Set([candidate]));
    else known.add(candidate);
  }
}

/** Whether an operation tells of the lives of tables and columns, or ties them; copies apart. */
export function tellsOfReplacements({ kind }: Operation): boolean {
  switch (kind) {
    case 'CreateTable':
    case 'CreateTableAs':
    case 'AddColumn':
    case 'AlterColumnType':
    case 'RenameTable':
    case 'SetSchema':
    case 'RenameColumn':
    case 'DropTable':
    case 'DropColumn':
    case 'CommentOn':
    case 'CreateFunction':
    case 'CreateTrigger':
    case 'CreateView':
      return true;
    default:
      return false;
  }
}

function push<Key>(map: Map<Key, Candidate[]>, key: Key, candidate: Candidate): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [candidate]);
  else list.push(candidate);
}

/** The tables that a view reads are as written: one without a schema is looked for in the view's own. */
function defined({ schema, name }: ObjectName): {
  readonly schema?: string;
  readonly name: string;
} {
  return schema === undefined ? { name } : { schema, name };
}
