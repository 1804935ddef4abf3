// Compares what effects predict with what real servers do: `npm run test:postgres [-- 13 18] [-- --record]`, and what `stats` measures
// there, and what a fingerprint tells apart; with `--stats` only that.
// `--record` writes what was observed into test/model/effects/observed.json, from which docs/effects.md is made; versions that were not
// asked keep what they did before. It runs what only newer versions understand as well (test/model/operations/newer-syntax).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadParser } from '../src/input/sql/parser.ts';
import type { Observation } from '../src/verify/trace/observation.ts';
import { fetchedServer } from '../src/verify/engines/server-package.ts';
import { startServer } from '../src/verify/engines/server.ts';
import { differences, exceptedFacts } from '../test/model/effects/matrix/compare.ts';
import { predict } from '../test/model/effects/matrix/predict.ts';
import { readRecord, RECORD_PATH } from '../test/model/effects/matrix/read-record.ts';
import { recorded, recordText } from '../test/model/effects/matrix/record.ts';
import { runMatrix, type Run } from '../test/model/effects/matrix/run-matrix.ts';
import { keyOfStatement } from '../test/model/effects/matrix/types.ts';
import {
  readSyntaxRecord,
  runSyntaxExamples,
  SYNTAX_RECORD_PATH,
} from '../test/model/operations/newer-syntax/record.ts';
import { checkFingerprint } from './postgres/check-fingerprint.ts';
import { checkStatistics } from './postgres/check-statistics.ts';
import { observeAloneOn } from './postgres/observe-alone.ts';

const VERSIONS = [13, 14, 15, 16, 17, 18];

/** Where fetched servers lie, below the repository's top level, where npm runs scripts. Git ignores it. */
const cacheFolder = join(process.cwd(), '.cache/postgres');

const asked = process.argv.slice(2).filter((argument) => /^\d+$/u.test(argument));
const versions = asked.length === 0 ? VERSIONS : asked.map(Number);
const servers: Record<string, string> = {};
const seen = new Map<string, Observation>();
const syntax = new Map<string, Record<string, string>>();
let failures = 0;

await loadParser();
for (const version of versions) await test(version);
if (process.argv.includes('--record')) {
  const before = readRecord();
  const known = recorded(before);
  const text = recordText({ ...before.servers, ...servers }, (group, statement, version) =>
    servers[version] === undefined
      ? known(group, statement, version)
      : seen.get(`${version} ${group}: ${keyOfStatement(statement)}`),
  );
  writeFileSync(RECORD_PATH, text);
  writeFileSync(SYNTAX_RECORD_PATH, syntaxRecordText());
}
if (failures > 0) process.exitCode = 1;

/** Runs the matrix on one version and prints where it differs from what is predicted. */
async function test(version: number): Promise<void> {
  const start = performance.now();
  const server = await startServer(await fetchedServer(version, { cacheFolder, say: console.log }));
  const session = await server.connect();
  const interrupted = (): void => void server.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    servers[version] = server.version;
    let count = 0;
    let different = 0;
    for (const problem of await checkStatistics(server, session)) {
      failures++;
      console.log(`${version} statistics: ${problem}`);
    }
    for (const problem of await checkFingerprint(session, version)) {
      failures++;
      console.log(`${version} fingerprint: ${problem}`);
    }
    if (process.argv.includes('--stats')) return console.log(`PostgreSQL ${server.version}: sizes measured`);
    for await (const run of runMatrix(session, version, observeAloneOn(server))) {
      count++;
      const name = `${version} ${run.group.title}: ${keyOfStatement(run.statement)}`;
      if (run.observation !== undefined) seen.set(name, run.observation);
      const problems = problemsOf(run, version);
      if (problems.length === 0) continue;
      different++;
      console.log(name);
      for (const problem of problems) console.log(`   ${problem}`);
    }
    failures += different + noteSyntax(version, await runSyntaxExamples(session));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`PostgreSQL ${server.version}: ${count} statements, ${different} differ, ${seconds} s`);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await session.close();
    await server.stop();
  }
}

/** Keeps what each example gave on a version. @returns how many gave something else than is recorded. */
function noteSyntax(version: number, outcomes: Readonly<Record<string, string>>): number {
  const before = readSyntaxRecord();
  let different = 0;
  for (const [what, outcome] of Object.entries(outcomes)) {
    syntax.set(what, { ...before[what], ...syntax.get(what), [version]: outcome });
    if (before[what]?.[version] === outcome) continue;
    different++;
    console.log(`${version} ${what}: recorded ${before[what]?.[version] ?? '–'}; observed ${outcome}`);
  }
  return different;
}

function syntaxRecordText(): string {
  return `${JSON.stringify(Object.fromEntries(syntax), null, 2)}\n`;
}

function problemsOf({ group, statement, observation, error }: Run, version: number): string[] {
  if (observation === undefined) return [error ?? 'not observed'];
  const excepted = exceptedFacts(statement);
  return differences(statement, predict(group, statement, version), observation, true)
    .filter(({ fact }) => !excepted.includes(fact))
    .map(
      ({ fact, predicted, observed }) =>
        `${fact}: predicted ${predicted || '–'}; observed ${observed || '–'}`,
    );
}
