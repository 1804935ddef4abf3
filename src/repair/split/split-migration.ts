import type { Statement } from '../../input/sql/types.ts';
import { catalogDifferences } from '../../model/catalog/differences.ts';
import { differenceWords } from '../../model/catalog/difference-words.ts';
import { footprintOf } from '../../model/dependencies/footprint-of.ts';
import { firstRefusal } from '../../model/rollback/first-refusal.ts';
import type { Operation } from '../../model/operations/types.ts';
import { dependsOn } from '../../model/dependencies/footprint.ts';
import { runsAlone } from '../plans/runs-alone.ts';
import { editedScript } from './edited-script.ts';
import { inPlace } from './in-place.ts';
import { newScript } from './new-script.ts';
import { pieceName } from './piece-name.ts';
import { isCleanOutcome, pieceRollback, shareRollback, type UndonePiece } from './piece-rollback.ts';
import { readUnits, type ReadUnits } from './read-script.ts';
import { asksForNoTransaction, runsOutside, sharesOutside, whyNotApart } from './runner-ways.ts';
import { schedule, type Slot } from './schedule.ts';
import { isTimeout } from './settings.ts';
import { statementsOf, Trial, type TrialStep } from './trial.ts';
import type { Draft, Piece, Split, SplitOutcome, SplitRequest } from './types.ts';
import type { Unit } from './units.ts';

/**
 * Cuts a migration into as many as its plans take, for this runner: what no plan touches and nothing needs stays where it is, and what
 * depends on something that moves moves with it. The SQL parser must have been loaded.
 */
export function splitMigration(request: SplitRequest): SplitOutcome {
  const read = readUnits(request);
  if (typeof read === 'string') return refused(read);
  const whole = inPlace(request, read);
  if (whole !== undefined) return new Splitter(request, read, [whole.slot]).split(whole.sql);
  const reason = whyNotApart(request);
  if (reason !== undefined) return refused(reason);
  const { runner } = request.project;
  const slots = schedule(read.placed, { sharesOutside: sharesOutside(runner) });
  return new Splitter(
    request,
    read,
    slots.filter(({ units }) => units.length > 0),
  ).split(undefined);
}

function refused(reason: string): SplitOutcome {
  return { kind: 'refused', reason };
}

interface TriedSlot extends UndonePiece {
  readonly slot: Slot;
  readonly steps: readonly TrialStep[];
  readonly rollback: string | undefined;
}

class Splitter {
  readonly #request: SplitRequest;
  readonly #read: ReadUnits;
  readonly #slots: readonly Slot[];
  /** Which slot each statement of the rollback undoes. */
  #owners: ReadonlyMap<Statement, number> | undefined;

  constructor(request: SplitRequest, read: ReadUnits, slots: readonly Slot[]) {
    this.#request = request;
    this.#read = read;
    this.#slots = slots;
  }

  /** @param inPlace the script's text where all of it stays in one. */
  split(inPlace: string | undefined): SplitOutcome {
    const { migration, plans } = this.#request;
    const [first] = this.#slots;
    if (first === undefined || first.release > 0)
      return refused(`All of ${migration.id} is for a later release: hold it back as a whole.`);
    const sql = inPlace ?? this.#firstText(first);
    if (sql === undefined)
      return refused(`What is to move out of ${migration.id} cannot be cut out of its text.`);
    const asks = asksForNoTransaction(migration, this.#request.project.runner);
    const isSame = sql === this.#currentText() && first.outside === asks;
    if (isSame && this.#slots.length === 1) return refused(`${migration.id} is as it should be already.`);
    const left = this.#lostSetting();
    if (left !== undefined) return refused(left);
    const tried = this.#try();
    if (typeof tried === 'string') return refused(tried);
    const written = this.#written(tried, sql);
    if (typeof written === 'string') return refused(written);
    return { kind: 'split', split: { migration, ...written, ...this.#mayGoLast(tried) }, made: plans };
  }

  #currentText(): string {
    const { source, within } = this.#read.script;
    return source.text.slice(within?.start ?? 0, within?.end);
  }

  #firstText({ units, outside }: Slot): string | undefined {
    const { script, cut, settings, around } = this.#read;
    const kept = new Set<Unit>(units);
    const frame = new Set<Statement | undefined>([...settings, around?.begin, around?.end]);
    const statement = (one: Statement): boolean => !outside && frame.has(one);
    return editedScript(script, cut, { unit: (unit) => kept.has(unit), statement });
  }

  /** Settings other than timeouts that a statement ran with and would not in a file of its own. */
  #lostSetting(): string | undefined {
    const { migration, project } = this.#request;
    if (sharesOutside(project.runner) || (this.#slots.length === 1 && !this.#slots[0]?.outside))
      return undefined;
    for (const { outside, units } of this.#slots) {
      const settings = units.flatMap((unit) => [...(this.#read.settingsOf.get(unit)?.values() ?? [])]);
      const needed = outside ? settings.find((one) => !isTimeout(one)) : undefined;
      if (needed !== undefined)
        return `${migration.id} sets ${needed.variable.name}, which a statement alone in its file could not do.`;
    }
    return undefined;
  }

  /** Runs the slots in their order on the schema; a sentence for people where something comes out otherwise. */
  #try(): readonly TriedSlot[] | string {
    const { migration, project } = this.#request;
    const { trial } = this.#read;
    const again = new Trial(migration, project);
    const tried: TriedSlot[] = [];
    for (const slot of this.#slots) {
      const one = this.#trySlot(slot, again);
      if (typeof one === 'string') return one;
      tried.push(one);
    }
    const [difference] = catalogDifferences(trial.catalog(), again.catalog(), 'all').filter(
      ({ kind }) => kind !== 'column order',
    );
    if (difference !== undefined)
      return `${migration.id} cannot be cut apart: ${differenceWords(difference)} then.`;
    const before = [...this.#read.stepsOf.values()].flat();
    const start = migration.catalogBefore;
    const refusal = firstRefusal(
      tried.flatMap(({ steps }) => steps),
      start,
    );
    return refusal === undefined || firstRefusal(before, start) !== undefined
      ? tried
      : `${migration.id} cannot be cut apart: PostgreSQL would refuse a part of it (${refusal.code}).`;
  }

  #trySlot(slot: Slot, trial: Trial): TriedSlot | string {
    const { migration, project, conventions } = this.#request;
    const { stepsOf, settingsOf } = this.#read;
    const before = trial.catalog();
    trial.start();
    const steps = slot.units.flatMap((unit) => {
      trial.run([...(settingsOf.get(unit)?.values() ?? [])].map(({ statement }) => statement));
      return trial.run([...new Set((stepsOf.get(unit) ?? []).map(({ statement }) => statement))]);
    });
    const operations = steps.map(({ operation }) => operation);
    const names = slot.units.flatMap(({ step }) => step?.name ?? []);
    const isFirst = slot === this.#slots[0];
    const piece = {
      slot,
      steps,
      operations,
      units: slot.units,
      name: isFirst ? migration.name : pieceName(names, operations, before, conventions.nameConvention),
      before,
      after: trial.catalog(),
      outside: slot.outside || (isFirst && asksForNoTransaction(migration, project.runner)),
      isFirst,
    };
    const rollback = this.#rollbackOf(piece, trial);
    return rollback === null
      ? `The rollback of ${migration.id} cannot be cut apart: nothing would undo ${piece.name} alone.`
      : { ...piece, rollback };
  }

  /** Undefined where the migration has none; null where none can be made. */
  #rollbackOf(piece: UndonePiece & { readonly slot: Slot }, trial: Trial): string | undefined | null {
    const { migration, project } = this.#request;
    const { rollback, hasRollback, rollbackOutcome } = migration;
    if (!hasRollback) return undefined;
    const at = this.#slots.indexOf(piece.slot);
    this.#owners ??= shareRollback(
      rollback,
      this.#slots.map(({ units }) => this.#operationsOf(units)),
    );
    const own = new Set((rollback?.statements ?? []).filter((one) => this.#owners?.get(one) === at));
    const written = pieceRollback(piece, { migration, project, trial, own });
    if (written !== undefined) return written;
    // What was not right before need not be now.
    const wasClean = rollbackOutcome === undefined || isCleanOutcome(rollbackOutcome, migration);
    if (wasClean) return null;
    return piece.isFirst
      ? rollback?.source.text.slice(rollback.within?.start ?? 0, rollback.within?.end)
      : undefined;
  }

  #operationsOf(units: readonly Unit[]): readonly Operation[] {
    return units.flatMap((unit) => (this.#read.stepsOf.get(unit) ?? []).map(({ operation }) => operation));
  }

  #written(tried: readonly TriedSlot[], sql: string): Pick<Split, 'pieces' | 'drafts'> | string {
    const pieces: Piece[] = [];
    const drafts: Draft[] = [];
    const draftOf = new Map<Slot, Draft>();
    for (const one of tried) {
      const text = one.isFirst ? sql : this.#newText(one);
      if (statementsOf(text) === undefined)
        return `A part of ${this.#request.migration.id} would not parse, so it stays whole: a bug of migration-lint.`;
      const { name, rollback, outside: outsideTransaction } = one;
      if (one.slot.release > 0) {
        const draft = { ...this.#draftFacts(one.slot, draftOf), sql: text, name, rollback };
        draftOf.set(one.slot, draft);
        drafts.push(draft);
        continue;
      }
      if (!runsOutside(text, one, this.#request, this.#read)) return this.#cannotRunOutside(one);
      pieces.push({ sql: text, name, outsideTransaction, rollback });
    }
    const [first, ...rest] = pieces;
    return first === undefined ? 'Nothing would be left.' : { pieces: [first, ...rest], drafts };
  }

  /** What a draft needs: what its steps say, and the draft that they follow. */
  #draftFacts(
    { units, outside }: Slot,
    known: ReadonlyMap<Slot, Draft>,
  ): Pick<Draft, 'needs' | 'behind' | 'outsideTransaction' | 'byHand'> {
    const needs = [...new Set(units.flatMap(({ step }) => step?.needs ?? []))].join(' ');
    const followed = new Set(units.map(({ follows }) => follows));
    const [, behind] = [...known].findLast(([slot]) => slot.units.some((unit) => followed.has(unit))) ?? [];
    const byHand = outside && !runsAlone(this.#request.project.runner);
    return {
      ...(needs === '' ? {} : { needs }),
      ...(behind === undefined ? {} : { behind }),
      outsideTransaction: outside,
      byHand,
    };
  }

  #cannotRunOutside({ units }: TriedSlot): string {
    const unit = units.find(({ step }) => step?.outsideTransaction === true);
    const { runner } = this.#request.project;
    return `${runner.label} opens a transaction around each script, in which PostgreSQL refuses this: ${unit?.sql.split('\n')[0] ?? ''}`;
  }

  #newText({ units, slot }: TriedSlot): string {
    const { cut, settingsOf, around } = this.#read;
    const cutOf = new Map(cut.map((one) => [one.statement, one]));
    const words = ({ source, span }: Statement): string => `${source.text.slice(span.start, span.end)};`;
    return newScript({
      units,
      cutOf: (unit) =>
        cutOf.get(unit.statement) ?? { statement: unit.statement, edits: [], rest: unit, steps: [] },
      settingsOf: (unit) => settingsOf.get(unit) ?? new Map(),
      outside: slot.outside,
      around:
        around === undefined || slot.outside
          ? undefined
          : { before: words(around.begin), after: words(around.end) },
    });
  }

  /** Whether no later migration needs what moves. */
  #mayGoLast(tried: readonly TriedSlot[]): Pick<Split, 'mayGoLast'> {
    const { migration, project } = this.#request;
    const moved = footprintOf(tried.slice(1).flatMap(({ steps }) => steps));
    const needsIt = project.migrations.some(({ index, operations, catalogBefore, catalogAfter }) => {
      if (index <= migration.index || operations.length === 0) return false;
      const steps = operations.map((operation) => ({
        operation,
        before: catalogBefore,
        after: catalogAfter,
      }));
      return dependsOn(footprintOf(steps), moved);
    });
    return needsIt ? {} : { mayGoLast: true };
  }
}
