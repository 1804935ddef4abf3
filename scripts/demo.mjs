// `npm start`: lints the example project and says what was done.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = ['fixtures/example', '--applied-through', '20250910083000'];
const { status } = spawnSync(process.execPath, ['dist/cli/main.js', ...args], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 1) {
  console.log(
    `\nThat was: migration-lint ${args.join(' ')}\nIt found errors, so it exits with 1; \`npm start\` does not.`,
  );
} else process.exitCode = status ?? 2;
