// `npm start`: lints the example project and says what to do next.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(process.execPath, ['dist/cli/main.js', 'fixtures/example'], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 1) {
  console.log(
    '\nThat was `migration-lint fixtures/example`. It exits with 1 because it found errors, as it should in CI.',
  );
} else process.exitCode = status ?? 2;
