import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { folderWith } from '../cli/run.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(root, 'dist/cli/main.js');
const page = readFileSync(join(root, 'docs/writing-a-plugin.md'), 'utf8');

/** A code block of the page. */
interface Block {
  /** The file that it is, where its name stands above it. */
  readonly file: string | undefined;
  readonly text: string;
}

const blocks: readonly Block[] = [
  ...page.matchAll(/(?:^`(?<file>[^`\n]+)`[^`\n]*\n\n)?^```\w*\n(?<text>[^]*?)^```$/gmu),
].map(({ groups }) => ({ file: groups?.['file'], text: groups?.['text'] ?? '' }));

/** Files of the plugin; all others are of the project that uses it. */
const OF_PLUGIN = /^(?:package\.json|index\.js|rules\/|test\/)/u;

beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('there is no build to test: run `npm run build` first');
});

it('writing-a-plugin.md does what it says, block by block', () => {
  const project = folderWith({});
  const plugin = join(project, 'node_modules/migration-lint-plugin-billing');
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/migration-lint'), 'junction');
  let commands = 0;
  for (const { file, text } of blocks) {
    if (file !== undefined) {
      const path = join(OF_PLUGIN.test(file) ? plugin : project, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      continue;
    }
    const [command = '', ...shown] = text.trimEnd().split('\n');
    expect(command).toMatch(/^\$ /u);
    commands++;
    const printed = execute(command.slice(2), command.includes('--test') ? plugin : project);
    for (const line of shown) expect(printed).toContain(line.trimEnd());
  }
  expect([blocks.length, commands]).toEqual([12, 4]);
}, 60_000);

/** Runs a command of the page. @returns what it prints */
function execute(command: string, cwd: string): string {
  const [program, ...args] = command.replace('npx migration-lint', `node ${PROGRAM}`).split(' ');
  expect(program).toBe('node');
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    encoding: 'utf8',
    // A test that runs in a test of node:test must not report to that.
    env: { PATH: process.env['PATH'] },
  });
  return stdout + stderr;
}
