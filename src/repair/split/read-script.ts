import type { Script, Statement } from '../../input/sql/types.ts';
import { footprintOf } from '../../model/dependencies/footprint-of.ts';
import type { SplitRequest } from './types.ts';
import type { Placed } from './schedule.ts';
import { settingOf, settingsAfter, type Settings } from './settings.ts';
import { statementsOf, Trial, type TrialStep } from './trial.ts';
import { cutScript, type CutStatement, type Unit } from './units.ts';

/** A migration's script, cut into units, each with what it does. */
export interface ReadUnits {
  readonly script: Script;
  readonly cut: readonly CutStatement[];
  /** In the order in which they would run in one script; neither settings nor BEGIN and COMMIT around it all. */
  readonly placed: readonly Placed[];
  /** What the units do, with the schema around it. */
  readonly stepsOf: ReadonlyMap<Unit, readonly TrialStep[]>;
  /** The settings that each unit runs with. */
  readonly settingsOf: ReadonlyMap<Unit, Settings>;
  /** The statements that only set something. */
  readonly settings: ReadonlySet<Statement>;
  /** BEGIN and COMMIT around the script. */
  readonly around: { readonly begin: Statement; readonly end: Statement } | undefined;
  /** After all of it. */
  readonly trial: Trial;
}

/** Reads a migration with its plans. @returns a sentence for people where that is not possible. */
export function readUnits({ migration, project, plans }: SplitRequest): ReadUnits | string {
  const { script, id } = migration;
  if (migration.state !== 'pending') return `${id} is applied: its files stay as they are.`;
  if (migration.repeats === true) return `${id} is run again whenever it changes: it cannot be split.`;
  if (script === undefined || script.problems.length > 0)
    return `${id} cannot be read whole, so that nobody knows what depends on what in it.`;
  const around = aroundOf(script.statements);
  if (around === null) return `${id} has transactions of its own, which cannot be cut apart.`;
  const cut = cutScript(script, plans);
  if (cut === undefined) return `What is to move out of ${id} stands inside of another statement.`;
  return new Reader({ script, cut, around, trial: new Trial(migration, project) }).read(id);
}

/** BEGIN and COMMIT around all statements; null where transactions begin or end elsewhere. */
function aroundOf(statements: readonly Statement[]): ReadUnits['around'] | null {
  const controls = statements.filter(({ tree }) => 'TransactionStmt' in tree);
  if (controls.length === 0) return undefined;
  const [begin, end] = controls;
  const isWhole = controls.length === 2 && begin === statements[0] && end === statements.at(-1);
  if (!isWhole || begin === undefined || end === undefined) return null;
  const isCommit = 'TransactionStmt' in end.tree && end.tree.TransactionStmt.kind === 'TRANS_STMT_COMMIT';
  return isCommit && end.tree.TransactionStmt.chain !== true ? { begin, end } : null;
}

class Reader {
  readonly #base: Pick<ReadUnits, 'script' | 'cut' | 'around' | 'trial'>;
  readonly #placed: Placed[] = [];
  readonly #stepsOf = new Map<Unit, readonly TrialStep[]>();
  readonly #settingsOf = new Map<Unit, Settings>();
  readonly #settings = new Set<Statement>();
  #current: Settings = new Map();

  constructor(base: Pick<ReadUnits, 'script' | 'cut' | 'around' | 'trial'>) {
    this.#base = base;
  }

  read(id: string): ReadUnits | string {
    const { cut, around, trial } = this.#base;
    trial.start();
    for (const one of cut) {
      if (one.statement === around?.begin || one.statement === around?.end) continue;
      for (const unit of [...(one.rest === undefined ? [] : [one.rest]), ...one.steps]) {
        const isAsWritten = unit.step === undefined && one.edits.length === 0;
        const statements = isAsWritten ? [one.statement] : statementsOf(unit.sql);
        if (statements === undefined)
          return `A step for ${id} is not valid SQL, so it stays as it is: a bug of migration-lint.`;
        this.#add(unit, trial.run(statements));
      }
    }
    return {
      ...this.#base,
      placed: this.#placed,
      stepsOf: this.#stepsOf,
      settingsOf: this.#settingsOf,
      settings: this.#settings,
    };
  }

  #add(unit: Unit, steps: readonly TrialStep[]): void {
    const setting = unit.step === undefined ? settingOf(steps) : undefined;
    if (setting !== undefined) {
      this.#settings.add(unit.statement);
      this.#current = settingsAfter(this.#current, setting);
      return;
    }
    this.#stepsOf.set(unit, steps);
    this.#settingsOf.set(unit, this.#current);
    this.#placed.push({ unit, footprint: footprintOf(steps) });
  }
}
