// Judges whole histories, each migration as the pending one, and prints a table: `node scripts/survey.mjs <folder>…`.
// Each argument is a migrations folder, or `name=folder`. Build first.
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

const surveys = process.argv.slice(2).map((argument) => {
  const [name, folder] = argument.includes('=') ? argument.split('=') : [basename(argument), argument];
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, '--all', '--format', 'json', folder],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      cwd: folder,
    },
  );
  const duration = performance.now() - start;
  if (status !== 0 && status !== 1) throw new Error(`${name}: exit ${status}\n${stderr}`);
  return { name, duration, report: JSON.parse(stdout) };
});

const columns = surveys.map(({ name }) => name);
console.log(`| | ${columns.join(' | ')} |\n|---|${columns.map(() => '---').join('|')}|`);
const row = (label, cell) => console.log(`| ${label} | ${surveys.map(cell).join(' | ')} |`);

const findings = (survey) =>
  survey.report.projects.flatMap((project) => [
    ...project.findings,
    ...project.migrations.flatMap((migration) => migration.findings),
  ]);
const migrations = (survey) => survey.report.projects.flatMap((project) => project.migrations);
const withErrors = (survey) =>
  migrations(survey).filter((migration) => migration.findings.some(({ severity }) => severity === 'error'));

row('migrations judged', (survey) => migrations(survey).length);
row(
  'with errors',
  (survey) =>
    `${withErrors(survey).length} (${((100 * withErrors(survey).length) / migrations(survey).length).toFixed(1)} %)`,
);
row('time', (survey) => `${(survey.duration / 1000).toFixed(2)} s`);
for (const rule of [
  ...new Set(surveys.flatMap((survey) => findings(survey).map(({ ruleId }) => ruleId))),
].sort()) {
  row(rule, (survey) => findings(survey).filter(({ ruleId }) => ruleId === rule).length || '');
}
