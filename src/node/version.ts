import { createRequire } from 'node:module';

/** The package's version, read from its own package.json, which every way of building leaves in its place. */
export function version(): string {
  const { version: number } = createRequire(import.meta.url)('migration-lint/package.json') as {
    version: string;
  };
  return number;
}
