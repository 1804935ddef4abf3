#!/usr/bin/env node
import { runProgram } from './program.ts';
import { tuneForShortRuns } from './tuning.ts';

tuneForShortRuns();

// The exit code is set, not forced: forcing it would cut off what a pipe has not taken yet.
process.exitCode = await runProgram(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
});
