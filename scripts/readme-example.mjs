// Writes the real output of the README's examples into it. Build first; `npm run generate` does not do it, since it needs no build.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = `${root}dist/cli/main.js`;
const readme = readFileSync(`${root}README.md`, 'utf8').replaceAll(
  /```\n\$ npx migration-lint (.*)\n[^`]*?```/gu,
  (_, args) => {
    const { stdout } = spawnSync(process.execPath, [program, ...args.split(' ')], {
      cwd: root,
      encoding: 'utf8',
    });
    return `\`\`\`\n$ npx migration-lint ${args}\n${stdout}\`\`\``;
  },
);

// The sessions are one story, told in order in a copy of an old project: commands stay, what follows them is written anew.
const folder = mkdtempSync(join(tmpdir(), 'migration-lint-'));
cpSync(`${root}fixtures/policy-b-storefront`, folder, { recursive: true });
rmSync(join(folder, '.migrationlintrc.json'));
const npx = `npx() { shift; '${process.execPath}' '${program}' "$@"; }`;

/** The commands of a session, each with its lines of input. */
function commandsOf(session) {
  return session.match(/^\$ .*(?:\n> .*)*/gmu) ?? [];
}

function played(session) {
  return commandsOf(session)
    .map((command) => {
      const shell = `${npx}\n${command.replaceAll(/^[$>] /gmu, '')}\n`;
      const run = spawnSync('bash', ['-c', shell], { cwd: folder, encoding: 'utf8' });
      return `${command}\n${run.stdout.replaceAll(/ · [\d.]+ s$/gmu, '')}`;
    })
    .join('');
}

writeFileSync(
  `${root}README.md`,
  readme.replaceAll(/```console\n([^]*?)```/gu, (_, session) => `\`\`\`console\n${played(session)}\`\`\``),
);
rmSync(folder, { recursive: true });
