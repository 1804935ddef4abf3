import type { History } from '../model/history/history.ts';
import type { Deploy } from './deploy.ts';
import type { Migration } from './project.ts';
import type { Step } from './replay.ts';
import type { RuleListeners } from './rule-listeners.ts';
import { sceneOfLoop, sceneOfMigration, sceneOfStep } from './scene.ts';

/**
 * Tells the rules all that is in a migration: what could not be read, its statements, its operations in the order in which they run,
 * its steps of replacements, its loops and transactions, and then the migration as a whole.
 *
 * @param steps its operations with the schema around them; nobody is told of those that the script takes back.
 * @param deploy the deploy that it goes out with.
 */
export function tellOfMigration(
  migration: Migration,
  steps: readonly Step[],
  deploy: Deploy,
  listeners: RuleListeners,
  history: History,
): void {
  const scene = sceneOfMigration(migration, deploy);
  for (const script of [migration.script, migration.rollback]) {
    if (script === undefined) continue;
    for (const problem of script.problems) listeners.tell('Problem', { problem, script }, scene);
    for (const statement of script.statements) {
      for (const problem of statement.body()?.problems ?? [])
        listeners.tell('Problem', { problem, script }, scene);
      if (script === migration.script) listeners.tell('Statement', statement, scene);
    }
  }
  for (const step of steps) {
    if (step.undone === true) continue;
    const { operation } = step;
    const at = sceneOfStep(step, scene);
    listeners.tell(operation.kind, operation, at);
    listeners.tell('Operation', operation, at);
  }
  tellOfReplacements(migration, deploy, listeners, history);
  for (const loop of migration.loops) listeners.tell('Loop', loop, sceneOfLoop(loop, scene));
  for (const transaction of migration.transactions) listeners.tell('Transaction', transaction, scene);
  listeners.tell('Migration', migration, scene);
  if (migration.rollback !== undefined) listeners.tell('Rollback', migration, scene);
}

/** Replacements are worked out only for rules that listen to them. */
function tellOfReplacements(
  migration: Migration,
  deploy: Deploy,
  listeners: RuleListeners,
  history: History,
): void {
  const mayHold = (listener: string, kinds: readonly string[]): boolean =>
    listeners.hears(listener, migration) && migration.operations.some(({ kind }) => kinds.includes(kind));
  const expands = mayHold('Expand', ['AddColumn', 'CreateTable', 'CreateTableAs']);
  if (!expands && !mayHold('Contract', ['DropColumn', 'DropTable'])) return;
  for (const replacement of history.replacementsIn(migration.index)) {
    const steps = { Expand: replacement.expand, Contract: replacement.contract };
    for (const [kind, historyStep] of Object.entries(steps)) {
      if (historyStep?.migration !== migration.index) continue;
      const step = deploy.stepOf(historyStep.operation);
      if (step !== undefined) listeners.tell(kind, replacement, sceneOfStep(step, { migration, deploy }));
    }
  }
}
