#!/usr/bin/env node
import { keepCompiledCode, tuneForShortRuns } from './tuning.ts';

tuneForShortRuns();
keepCompiledCode(process.env);
const { runProgram } = await import('./program.ts');

// A reader that has seen enough, such as `head`, closes the pipe: nothing is wrong then.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// The exit code is set, not forced: forcing it would cut off what a pipe has not taken yet.
process.exitCode = await runProgram(process.argv.slice(2), {
  cwd: process.cwd(),
  environment: process.env,
  now: new Date(),
  stdin: async () => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  },
  stdout: process.stdout,
  stderr: process.stderr,
});
