import { describe, expect, it } from 'vitest';
import { readPrismaConfig } from '../../../src/input/prisma/config-file.ts';

const read = (text: string): unknown => {
  const { schema, migrations, unreadable } = readPrismaConfig(text);
  return [schema, migrations, ...unreadable];
};

describe('readPrismaConfig', () => {
  it.each([
    [
      'defineConfig with comments and other settings',
      `import 'dotenv/config';
       import { defineConfig, env } from "prisma/config";
       // schema: 'wrong'
       export default defineConfig({
         earlyAccess: true, /* schema: "wrong" */
         schema: "db/schema.prisma",
         migrations: { seed: 'tsx seed.ts', path: \`db/migrations\`, },
         datasource: { url: env("DATABASE_URL") },
       });`,
      ['db/schema.prisma', 'db/migrations'],
    ],
    ['an object', `export default { schema: 'a.prisma' }`, ['a.prisma', undefined]],
    [
      'an object with its type',
      `export default { schema: 'a.prisma' } satisfies PrismaConfig`,
      ['a.prisma', undefined],
    ],
    ['CommonJS', `module.exports = defineConfig({ 'schema': 'a.prisma' })`, ['a.prisma', undefined]],
    ['a constant', `const config: PrismaConfig = { schema: 'a' };\nexport default config;`, ['a', undefined]],
    [
      'a constant without semicolons',
      `const config = defineConfig({ schema: 'a' })\nexport default config`,
      ['a', undefined],
    ],
    [
      'path.join',
      `export default defineConfig({
         schema: path.join(__dirname, 'prisma', "schema"),
         migrations: { path: path.resolve(import.meta.dirname, 'prisma/migrations') },
       })`,
      ['./prisma/schema', './prisma/migrations'],
    ],
    [
      'join by name',
      `export default defineConfig({ schema: join('prisma', 'schema.prisma') })`,
      ['prisma/schema.prisma', undefined],
    ],
    [
      'a constant as value',
      `const dir = 'prisma'\nexport default defineConfig({ schema: join(dir, 'x') })`,
      ['prisma/x', undefined],
    ],
    ['a shorthand', `const schema = 'a' as const; export default { schema }`, ['a', undefined]],
    ['escapes', String.raw`export default { schema: 'a\'b\u{63}' }`, ["a'bc", undefined]],
    [
      'nothing of ours',
      `export default defineConfig({ datasource: { schema: 'no' } })`,
      [undefined, undefined],
    ],
    [
      'an environment variable',
      `export default { schema: process.env.SCHEMA ?? 'a' }`,
      [undefined, undefined, 'schema'],
    ],
    [
      'a template',
      'export default { migrations: { path: `${dir}/m` } }',
      [undefined, undefined, 'migrations.path'],
    ],
    ['a call', `export default { schema: choose('a') }`, [undefined, undefined, 'schema']],
    ['a condition', `export default { schema: x ? 'a' : 'b' }`, [undefined, undefined, 'schema']],
    ['a concatenation', `export default { schema: 'a' + x }`, [undefined, undefined, 'schema']],
    ['a function', `export default () => ({ schema: 'a' })`, [undefined, undefined, 'the file']],
    ['an import', `import config from './other'; export default config`, [undefined, undefined, 'the file']],
    ['a circle', `const a = b; const b = a; export default { schema: a }`, [undefined, undefined, 'schema']],
    ['nothing', '', [undefined, undefined, 'the file']],
    ['an unfinished file', `export default defineConfig({ schema: 'a', migrations: {`, ['a', undefined]],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('is linear in a hostile file', () => {
    const text = `export default defineConfig(${'{a:'.repeat(50_000)}`;
    expect(readPrismaConfig(text)).toEqual({ schema: undefined, migrations: undefined, unreadable: [] });
  });
});
