import { ancestors, child } from '../files/paths.ts';
import { readText } from '../files/read-text.ts';
import type { FileTree } from '../files/types.ts';
import type { Runner } from './types.ts';

/** Flyway's own files, and those of frameworks that run it. */
const FILES = ['flyway.toml', 'flyway.conf', 'conf/flyway.conf', 'conf/flyway.toml'];

/**
 * Flyway as its configuration file sets it up: `mixed`, `group` and `executeInTransaction` change which transactions it opens,
 * `postgresql.transactional.lock` whether it holds one of its own. The
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
    locksInTransaction: !isLockOff(text),
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

/**
 * Whether the lock of Flyway's own transaction is switched off: `flyway.postgresql.transactional.lock=false` of a .conf, and in a
 * .toml also the rest of that name under `[flyway]`, `[flyway.postgresql]` or `[flyway.postgresql.transactional]`.
 */
function isLockOff(text: string): boolean {
  let table = '';
  for (const line of text.split('\n')) {
    const header = /^\s*\[([\w.\s"-]+)\]/.exec(line)?.[1];
    if (header !== undefined) table = `${header.replaceAll(/[\s"]/g, '')}.`;
    const [, key = '', value] = /^\s*([\w."-]+)\s*=\s*"?(true|false)\b/.exec(line) ?? [];
    const name = `${table}${key.replaceAll('"', '')}`.replace(/^flyway\./, '');
    if (name === 'postgresql.transactional.lock') return value === 'false';
  }
  return false;
}
