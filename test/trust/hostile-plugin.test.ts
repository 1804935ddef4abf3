import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, run } from '../cli/run.ts';

/** Leaves a trace, so that it is seen whether it was run. */
const HOSTILE = `import { writeFileSync } from 'node:fs';
writeFileSync(new URL('ran', import.meta.url), '');
export default {};`;

const MANIFEST = '{ "name": "rules", "type": "module", "exports": "./index.js" }';

/** A repository whose pull request brings all of these files along. */
function pullRequest(files: Readonly<Record<string, string>>): string {
  const folder = folderWith({
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20240101000000_init/migration.sql': 'SELECT 1;',
    ...files,
  });
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  execFileSync('git', ['add', '--force', '--all'], { cwd: folder });
  return folder;
}

const naming = (plugin: string): string => JSON.stringify({ plugins: [plugin] });

describe('the plugin of a hostile pull request is not run', () => {
  it.each<[string, string, Readonly<Record<string, string>>]>([
    ['named by its path', '', { '.migrationlintrc.json': naming('./index.js') }],
    ['named by an absolute path', '', { '.migrationlintrc.json': naming('/index.js') }],
    ['named in package.json', '', { 'package.json': '{ "migration-lint": { "plugins": ["./index.js"] } }' }],
    [
      'named by a configuration that is extended',
      '',
      { '.migrationlintrc.json': '{ "extends": ["./shared.json"] }', 'shared.json': naming('./index.js') },
    ],
    [
      'in node_modules that it brings along',
      'node_modules/rules/',
      { '.migrationlintrc.json': naming('rules') },
    ],
    [
      'in node_modules beside the migrations',
      'prisma/node_modules/rules/',
      { 'prisma/.migrationlintrc.json': naming('rules') },
    ],
    ['that has the name of the project itself', '', { '.migrationlintrc.json': naming('rules') }],
    [
      'named with a way out of node_modules',
      'evil/',
      { '.migrationlintrc.json': naming('../evil'), 'node_modules/a/package.json': '{}' },
    ],
  ])('%s', async (_, place, files) => {
    const folder = pullRequest({
      'package.json': MANIFEST,
      [`${place}package.json`]: MANIFEST,
      [`${place}index.js`]: HOSTILE,
      ...files,
    });
    const { code, err } = await run(folder, ['--all']);
    expect(existsSync(join(folder, `${place}ran`))).toBe(false);
    expect(code).toBe(2);
    expect(err).toMatch(/is not run, since|is not installed|is no name of a package/u);
  });

  it('as a workspace of the repository, which node_modules links to', async () => {
    const folder = pullRequest({
      'packages/rules/package.json': MANIFEST,
      'packages/rules/index.js': HOSTILE,
      '.migrationlintrc.json': naming('rules'),
    });
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync('../packages/rules', join(folder, 'node_modules/rules'));
    const { code, err } = await run(folder, ['--all']);
    expect(existsSync(join(folder, 'packages/rules/ran'))).toBe(false);
    expect(code).toBe(2);
    expect(err).toContain('node_modules has only a link to packages/rules/index.js');
    // Whoever names the configuration vouches for it.
    await run(folder, ['--all', '--config', '.migrationlintrc.json']);
    expect(existsSync(join(folder, 'packages/rules/ran'))).toBe(true);
  });
});
