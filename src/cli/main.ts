#!/usr/bin/env node
import { runProgram } from './program.ts';
import { tuneForShortRuns } from './tuning.ts';

tuneForShortRuns();

// A reader that has seen enough, such as `head`, closes the pipe: nothing is wrong then.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// The exit code is set, not forced: forcing it would cut off what a pipe has not taken yet.
process.exitCode = await runProgram(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  now: new Date(),
  stdout: process.stdout,
  stderr: process.stderr,
});
