// Benchmarks that print ratios measured in one run: `npm run bench`. Build first.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeHistory } from './history.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'dist/cli/main.js');
const SQUAWK = '2.66.0';

const folder = mkdtempSync(join(tmpdir(), 'migration-lint-bench-'));
try {
  onePending();
  thousands();
  growth();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A hook's usual run: one new migration on top of 433 applied ones, against Node's own start. */
function onePending() {
  const project = join(folder, 'one-pending');
  const history = makeHistory(434);
  writeProject(project, history.slice(0, 433));
  git(project, 'init', '--quiet', '--initial-branch=main');
  git(project, 'add', '.');
  git(project, 'commit', '--quiet', '--message=history');
  writeProject(project, history);
  const [node, lint] = interleaved(15, [
    () => run(process.execPath, ['-e', '0'], project),
    () => run(process.execPath, [program, '--base', 'main'], project),
  ]);
  print('one pending migration of 434', lint, 'node -e 0', node, 'at most 3, aiming at 2.5');
}

/** Every migration of a large history, against squawk with its JSON reporter. */
function thousands() {
  const project = join(folder, 'thousands');
  const history = makeHistory(5000, 2);
  writeProject(project, history);
  const size = history.reduce((sum, { sql }) => sum + sql.length, 0);
  console.log(`5,000 files, ${(size / 1e6).toFixed(1)} MB:`);
  const squawk = installSquawk();
  const pattern = join(project, 'prisma/migrations/*/migration.sql');
  const [theirs, ours] = interleaved(5, [
    () => run(squawk, ['--reporter', 'json', pattern], project),
    () => run(process.execPath, [program, '--all', '--format', 'json'], project),
  ]);
  print(
    'all 5,000 migrations judged, JSON',
    ours,
    `squawk ${SQUAWK} --reporter json`,
    theirs,
    'at most 1.5, aiming at 1',
  );
}

/** Twice the input takes twice the time. */
function growth() {
  const sizes = [1250, 2500, 5000, 10_000];
  const runs = sizes.map((count) => {
    const project = join(folder, `growth-${count}`);
    writeProject(project, makeHistory(count, 3));
    return () => run(process.execPath, [program, '--all', '--format', 'json'], project);
  });
  const times = interleaved(3, runs);
  sizes.slice(1).forEach((count, index) => {
    print(`${count} migrations`, times[index + 1], `${sizes[index]} migrations`, times[index], 'about 2');
  });
}

function writeProject(project, history) {
  for (const { id, sql } of history) {
    const migration = join(project, 'prisma/migrations', id);
    if (existsSync(migration)) continue;
    mkdirSync(migration, { recursive: true });
    writeFileSync(join(migration, 'migration.sql'), sql);
  }
  writeFileSync(join(project, 'prisma/migrations/migration_lock.toml'), 'provider = "postgresql"\n');
  writeFileSync(join(project, 'package.json'), '{ "devDependencies": { "prisma": "6.19.0" } }\n');
}

/** squawk's own binary, without the Node program around it, so that its start costs it nothing. */
function installSquawk() {
  const cache = join(root, 'node_modules/.cache/squawk');
  if (!existsSync(join(cache, 'node_modules'))) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{ "private": true }\n');
    execFileSync('npm', ['install', '--silent', '--ignore-scripts', `squawk-cli@${SQUAWK}`], { cwd: cache });
  }
  const binary = execFileSync('find', [cache, '-type', 'f', '-name', 'squawk*', '-size', '+1M'], {
    encoding: 'utf8',
  });
  const path = binary.trim().split('\n')[0];
  if (!path) throw new Error('squawk-cli brought no binary for this platform');
  return path;
}

function git(cwd, ...args) {
  execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com', ...args], { cwd });
}

/** Wall milliseconds of one run. */
function run(command, args, cwd) {
  const start = performance.now();
  const { status, error, stderr } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 30,
  });
  if (error) throw error;
  if (status !== 0 && status !== 1) throw new Error(`${command} exited with ${status}: ${stderr}`);
  return performance.now() - start;
}

/** Each task in turn, several times, so that a busy moment of the machine meets all of them. @returns medians */
function interleaved(rounds, tasks) {
  const times = tasks.map(() => []);
  for (const task of tasks) task();
  for (let round = 0; round < rounds; round++) tasks.forEach((task, index) => times[index].push(task()));
  return times.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]);
}

function print(what, time, against, reference, goal) {
  const ratio = (time / reference).toFixed(2);
  console.log(
    `${what}: ${Math.round(time)} ms, ${ratio} × ${against} (${Math.round(reference)} ms); goal: ${goal}`,
  );
}
