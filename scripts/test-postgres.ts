// Compares what effects predict with what real servers do: `npm run test:postgres [-- 13 18] [-- --record]`.
// `--record` writes what was observed into test/model/effects/observed.json, from which docs/effects.md is made; versions that were not
// asked keep what they did before.
import { writeFileSync } from 'node:fs';
import { loadParser } from '../src/input/sql/parser.ts';
import type { Observation } from '../src/testing/observation.ts';
import { differences, exceptedFacts } from '../test/model/effects/matrix/compare.ts';
import { predict } from '../test/model/effects/matrix/predict.ts';
import { readRecord, RECORD_PATH } from '../test/model/effects/matrix/read-record.ts';
import { recorded, recordText } from '../test/model/effects/matrix/record.ts';
import { runMatrix, type Run } from '../test/model/effects/matrix/run-matrix.ts';
import { keyOfStatement } from '../test/model/effects/matrix/types.ts';
import { observeAloneOn } from './postgres/observe-alone.ts';
import { serverFolder } from './postgres/server-package.ts';
import { startServer } from './postgres/server.ts';

const VERSIONS = [13, 14, 15, 16, 17, 18];

const asked = process.argv.slice(2).filter((argument) => /^\d+$/u.test(argument));
const versions = asked.length === 0 ? VERSIONS : asked.map(Number);
const servers: Record<string, string> = {};
const seen = new Map<string, Observation>();
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
}
if (failures > 0) process.exitCode = 1;

/** Runs the matrix on one version and prints where it differs from what is predicted. */
async function test(version: number): Promise<void> {
  const start = performance.now();
  const server = await startServer(await serverFolder(version));
  const session = await server.connect();
  const interrupted = (): void => void server.stop().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    servers[version] = server.version;
    let count = 0;
    let different = 0;
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
    failures += different;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`PostgreSQL ${server.version}: ${count} statements, ${different} differ, ${seconds} s`);
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await session.close();
    await server.stop();
  }
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
