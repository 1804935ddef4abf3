import type { ChangeWish, PlannedPhase } from '../report/planned-change.ts';

/** The names that a checklist speaks of. */
export interface ChecklistNames {
  /** `users.username`, or `users`. */
  readonly path: string;
  /** The column or table as it is called now. */
  readonly old: string;
  /** The column of the new name; empty where there is none. */
  readonly new: string;
  /** The name of the field or model in the code, where the project has a Prisma schema. */
  readonly prisma: boolean;
}

/**
 * What has to be done before a phase's files are run, by what is changed. One sentence each.
 *
 * A trigger keeps both columns in step from the expand on, so that no release has to write both, and none has to be rolled out at a
 * moment: the old and the new code run side by side.
 */
export function checklist(
  { change }: ChangeWish,
  phase: PlannedPhase['name'],
  { path, old, new: added, prisma }: ChecklistNames,
): readonly string[] {
  switch (change) {
    case 'rename':
      if (phase === 'expand')
        return prisma
          ? [
              `If only the name in the code is to change, stop here: @map("${old}") on the field does it without a migration.`,
            ]
          : [];
      if (phase === 'backfill')
        return ['The expand has been deployed. Code need not change yet: the trigger writes both.'];
      return [
        `The backfill is done: no row has a ${old} and no ${added}.`,
        `Deploy the code that reads and writes ${added} only, everywhere: servers, workers, scripts, dashboards.`,
        `Wait until nothing has used ${old} for as long as you may want to roll the release back.`,
      ];
    case 'type':
      if (phase === 'expand') return [];
      if (phase === 'backfill')
        return ['The expand has been deployed. Code need not change yet: the trigger fills the new column.'];
      return [
        'The backfill is done, and what comes after it.',
        `Deploy code that copes with both types of ${path}: what it reads, compares and writes.`,
        'Choose a quiet time: the swap waits for running statements, and others wait for it.',
      ];
    case 'drop':
      if (phase !== 'contract') return [];
      return [
        `Deploy the code that neither reads nor writes ${path}${prisma ? ', and whose Prisma schema no longer has it' : ''}.`,
        `Wait until nothing has used ${path} for as long as you may want to roll that release back.`,
        `Save what must not be lost: what is dropped comes back from a backup only.`,
      ];
    case 'require':
      if (phase !== 'contract') return [];
      return [
        `Deploy the code that sets ${path} in every row that it writes: from here on rows without it are refused.`,
        'Look at the value that the backfill gives to the rows that have none.',
      ];
    default:
      return change satisfies never;
  }
}

/** What is left to do when all is done. */
export function afterwards({ change }: ChangeWish, { prisma }: ChecklistNames): readonly string[] {
  const drafts = 'Make a migration of each draft when its time has come, and delete the draft.';
  const generate = prisma && change !== 'type' ? ['Run prisma generate after each edit of the schema.'] : [];
  return [drafts, ...generate];
}
