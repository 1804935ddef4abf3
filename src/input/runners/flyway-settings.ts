import { ancestors, child } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import type { Runner } from './types.ts';

/** Flyway's own files, and those of frameworks that run it. */
const FILES = ['flyway.toml', 'flyway.conf', 'conf/flyway.conf', 'conf/flyway.toml'];

/**
 * Flyway as its configuration file sets it up: `mixed`, `group` and `executeInTransaction` change which transactions it opens. The
 * nearest flyway.toml or flyway.conf at or above the migrations counts; what is set elsewhere (environment, Maven, Spring) is not seen.
 */
export function flywayRunner(tree: FileTree, folder: string): Runner {
  const text = settingsText(tree, folder);
  const isOn = (name: string): boolean | undefined => settingIn(text, name);
  const mixed = isOn('mixed') === true;
  const runner: Runner = {
    name: 'flyway',
    label: 'Flyway',
    mode: mixed ? 'one transaction unless refused' : 'one transaction if possible',
    modeWithoutTransaction: 'statement by statement',
  };
  if (isOn('executeInTransaction') === false) return { ...runner, mode: 'statement by statement' };
  return isOn('group') === true ? { ...runner, oneTransactionPerDeploy: true } : runner;
}

function settingsText(tree: FileTree, folder: string): string {
  for (const above of ancestors(folder)) {
    for (const name of FILES) {
      const text = readText(tree, child(above, name));
      if (text !== undefined) return text;
    }
  }
  return '';
}

/** `flyway.mixed=true` of a .conf, `mixed = true` of a .toml. */
function settingIn(text: string, name: string): boolean | undefined {
  const value = new RegExp(`^[^\\S\\n]*(?:flyway\\.)?${name}[^\\S\\n]*=[^\\S\\n]*(true|false)\\b`, 'm').exec(
    text,
  )?.[1];
  return value === undefined ? undefined : value === 'true';
}
