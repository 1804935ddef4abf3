// Writes the example's real output into README.md. Build first; `npm run generate` does not do it, since it needs no build.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = ['fixtures/example', '--applied-through', '20250910083000'];
const { stdout } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], {
  cwd: root,
  encoding: 'utf8',
});
const readme = readFileSync(`${root}README.md`, 'utf8');
const block = `\`\`\`\n$ npx migration-lint ${args.join(' ')}\n${stdout}\`\`\``;
writeFileSync(
  `${root}README.md`,
  readme.replace(/```\n\$ npx migration-lint fixtures[^`]*?```/u, () => block),
);
