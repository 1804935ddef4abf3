import type { Statement } from '../../input/sql/types.ts';
import type { Conventions } from '../../lint/conventions.ts';
import type { PlanRequest } from '../../lint/plan-request.ts';
import type { Migration, Project } from '../../lint/project.ts';
import { planFor } from '../plans/plan-for.ts';
import type { Plan, PlanScene } from '../plans/types.ts';
import { catalogsAround } from '../split/catalogs-around.ts';
import { splitMigration } from '../split/split-migration.ts';
import type { Split } from '../split/types.ts';

/** A plan that a finding of a migration asks for. */
export interface WantedPlan {
  readonly plan: PlanRequest;
}

/** What is to become of a migration. */
export interface PlannedSplit<Wanted extends WantedPlan> {
  readonly split: Split | undefined;
  /** Those that the split makes; what is in neither list waits for the next pass. */
  readonly made: readonly Wanted[];
  /** Why others are not made: one sentence each. */
  readonly refused: readonly string[];
}

/**
 * The split of a migration that makes as many of the plans as go together. What touches the text of an earlier one waits, and where not
 * all of them can be had at once, the first that can be is made alone.
 *
 * @param wanted in the order of their findings.
 */
export function planSplit<Wanted extends WantedPlan>(
  wanted: readonly Wanted[],
  {
    migration,
    project,
    conventions,
  }: { readonly migration: Migration; readonly project: Project; readonly conventions: Conventions },
): PlannedSplit<Wanted> {
  const scene = { migration, project, conventions, ...catalogsAround(migration, project) };
  const refused: string[] = [];
  const chosen = withPlans(wanted, scene, refused);
  let best: { readonly split: Split; readonly chosen: readonly Chosen<Wanted>[] } | undefined;
  /** Adds as many as can be had together with those before: all of them, else of each half as many as can. */
  const add = (some: readonly Chosen<Wanted>[]): void => {
    if (some.length === 0) return;
    const together = [...(best?.chosen ?? []), ...some];
    const plans = together.flatMap((one) => one.plans);
    const outcome = splitMigration({ migration, project, conventions, plans });
    if (outcome.kind === 'split') best = { split: outcome.split, chosen: together };
    else if (some.length === 1) refused.push(reasonOf(migration, outcome.reason));
    else {
      const half = Math.ceil(some.length / 2);
      add(some.slice(0, half));
      add(some.slice(half));
    }
  };
  add(chosen);
  return { split: best?.split, made: best?.chosen.map(({ one }) => one) ?? [], refused };
}

/** A reason with the name of its migration. */
function reasonOf({ id }: Pick<Migration, 'id'>, reason: string): string {
  return reason.includes(id) ? reason : `${id}: ${reason}`;
}

interface Chosen<Wanted> {
  readonly one: Wanted;
  readonly plans: readonly Plan[];
}

/** The plans of those that touch nothing that an earlier one touches. */
function withPlans<Wanted extends WantedPlan>(
  wanted: readonly Wanted[],
  scene: PlanScene,
  refused: string[],
): readonly Chosen<Wanted>[] {
  const chosen: Chosen<Wanted>[] = [];
  const taken = new Map<Statement, Set<number | 'all'>>();
  for (const one of wanted) {
    const outcome = planFor(one.plan, scene);
    if (outcome.kind === 'refused') refused.push(reasonOf(scene.migration, outcome.reason));
    else if (outcome.plans.length > 0 && outcome.plans.every((plan) => isFree(plan, taken))) {
      for (const plan of outcome.plans) take(plan, taken);
      chosen.push({ one, plans: outcome.plans });
    }
  }
  return chosen;
}

const partOf = ({ operation, origin }: Plan): number | 'all' =>
  origin.kind === 'removed' && origin.whole === true ? 'all' : (operation.action ?? 'all');

function isFree(plan: Plan, taken: ReadonlyMap<Statement, ReadonlySet<number | 'all'>>): boolean {
  const parts = taken.get(plan.operation.statement);
  const own = partOf(plan);
  return parts === undefined || (own !== 'all' && !parts.has('all') && !parts.has(own));
}

function take(plan: Plan, taken: Map<Statement, Set<number | 'all'>>): void {
  const { statement } = plan.operation;
  const parts = taken.get(statement) ?? new Set();
  taken.set(statement, parts.add(partOf(plan)));
}
