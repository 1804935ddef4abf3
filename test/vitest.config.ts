import { availableParallelism, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export default defineConfig({
  root: root('.'),
  resolve: {
    // The package's own name, as rules and plugins import it, resolved to the source instead of the build.
    alias: [
      { find: /^migration-lint$/, replacement: root('src/index.ts') },
      { find: /^migration-lint\/node$/, replacement: root('src/node.ts') },
      { find: /^migration-lint\/rules$/, replacement: root('rules/index.ts') },
      { find: /^migration-lint\/testing$/, replacement: root('src/testing/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // Files share a process, so that an embedded PostgreSQL is started once for each worker and not for each file.
    isolate: false,
    // Each worker grows to one or two gigabytes: it has the parser and PostgreSQL in its memory.
    maxWorkers: Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / 2 ** 31))),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
