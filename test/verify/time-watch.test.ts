import { expect, it } from 'vitest';
import { loadParser } from '../../src/input/sql/parser.ts';
import type { ApplyOutcome, PreparedScript } from '../../src/verify/apply/types.ts';
import { engineDied } from '../../src/verify/engines/errors.ts';
import type { Database, EngineDied } from '../../src/verify/engines/types.ts';
import { TimeWatch } from '../../src/verify/time-watch.ts';
import { scriptOf } from './rollbacks/script.ts';

await loadParser();
const forward = scriptOf('up.sql', '');
const rollback = scriptOf('down.sql', '');
const database = {} as Database;

/** A watch over scripts of which one ends the engine, from some time on. */
function watchOver(deadly: PreparedScript, reason: EngineDied['reason'] = 'time', after = 0): TimeWatch {
  let times = 0;
  const apply = (_: Database, script: PreparedScript): Promise<ApplyOutcome> => {
    const isDead = script === deadly && times++ >= after;
    return Promise.resolve(
      isDead
        ? { kind: 'died', error: engineDied(reason, 'it ended'), statement: undefined, place: undefined }
        : { kind: 'ran' },
    );
  };
  return new TimeWatch({ apply, forward, rollback });
}

it('lets nothing else wait for a migration that does not end', async () => {
  const watch = watchOver(forward);
  expect(watch.reasonAgainst('effects')).toBeUndefined();
  await watch.applyFor('rolls back')(database, forward);
  expect(watch.hangs?.error.reason).toBe('time');
  expect(watch.reasonAgainst('effects')).toContain('“rolls back” had to be stopped at the time limit');
});

it('says nothing of empty tables where it is stopped on rows', async () => {
  const watch = watchOver(forward);
  await watch.applyFor('backfills')(database, forward);
  expect(watch.hangs).toBeUndefined();
  expect(watch.reasonAgainst('applies to rows')).toContain('“backfills”');
});

it('asks without the rollback what a rollback that hangs does not matter to', async () => {
  const watch = watchOver(rollback);
  const apply = watch.applyFor('rolls back');
  await apply(database, forward);
  await apply(database, rollback);
  expect(watch.hangs).toBeUndefined();
  expect(watch.reasonAgainst('effects')).toBeUndefined();
  expect(watch.reasonAgainst('keeps rows')).toContain('“rolls back”');
});

it('does not take the second run of a migration for the first one', async () => {
  const watch = watchOver(forward, 'time', 1);
  const apply = watch.applyFor('rolls back');
  await apply(database, forward);
  await apply(database, forward);
  expect(watch.hangs).toBeUndefined();
  expect(watch.reasonAgainst('effects')).toBeDefined();
});

it('is about time alone', async () => {
  const watch = watchOver(forward, 'memory');
  await watch.applyFor('rolls back')(database, forward);
  expect(watch.hangs).toBeUndefined();
  expect(watch.reasonAgainst('effects')).toBeUndefined();
});
