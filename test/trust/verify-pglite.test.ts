import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPgliteEngine } from '../../src/verify/engines/pglite-engine.ts';
import type { Engine } from '../../src/verify/engines/types.ts';
import { applies, differing, verifyFiles } from '../verify/project.ts';

// One: with several, PGlite 0.5 itself mixes up what their libraries call the same.
const EXTENSIONS = ['pg_trgm'];

const folder = mkdtempSync(join(tmpdir(), 'migration-lint-trust-'));
const trace = join(folder, 'ran');

/** A number as WebAssembly has it: seven bits a byte, the lowest first. */
function number(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...number(Math.floor(value / 128))];
}

const text = (value: string): number[] => [...number(Buffer.byteLength(value)), ...Buffer.from(value)];
const section = (id: number, body: readonly number[]): number[] => [id, ...number(body.length), ...body];

/** A library that does nothing but name a piece of JavaScript the way Emscripten's EM_JS does, in hexadecimal. */
function library(script: string): string {
  const data = [...Buffer.from(`(void)<::>${script}`), 0];
  const memory = [...number(data.length + 16), 0, 0, 0];
  const imports = [
    ...text('env'),
    ...text('memory'),
    2,
    0,
    1,
    ...text('env'),
    ...text('__memory_base'),
    3,
    0x7f,
    0,
  ];
  const bytes = [
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(0, [...text('dylink.0'), 1, ...number(memory.length), ...memory]),
    ...section(2, [2, ...imports]),
    ...section(6, [1, 0x7f, 0, 0x41, 0, 0x0b]),
    ...section(7, [1, ...text('__em_js__code'), 3, 1]),
    ...section(11, [1, 0, 0x23, 0, 0x0b, ...number(data.length), ...data]),
  ];
  return Buffer.from(bytes).toString('hex');
}

/** Leaves a trace, if anybody runs it. */
const CODE = `0;(()=>{process.getBuiltinModule('fs').writeFileSync(${JSON.stringify(trace)}, '')})()`;

const LOAD = "LOAD '/pglite/code.so';";
const attack = [
  String.raw`SELECT lo_from_bytea(4242, '\x${library(CODE)}'::bytea);`,
  "SELECT lo_export(4242, '/pglite/code.so');",
];

describe('SQL on PGlite', { timeout: 60_000 }, () => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await createPgliteEngine({ extensions: EXTENSIONS });
  }, 60_000);

  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true });
  });

  it('runs no JavaScript that a library of its own names', async () => {
    const database = await engine.open();
    for (const sql of attack) await database.execute(sql);
    await expect(database.execute(LOAD)).rejects.toThrow(/no code is made from text/u);
    expect(existsSync(trace)).toBe(false);
    await database.close();
  });

  it('still has extensions', async () => {
    const database = await engine.open();
    for (const name of EXTENSIONS) await database.execute(`CREATE EXTENSION "${name}"`);
    expect(await database.rows(`SELECT 'a' % 'a' AS alike`)).toEqual([{ alike: true }]);
    await database.close();
  });

  it('is not even asked to load one', async () => {
    const files = {
      'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      'prisma/migrations/20240101000000_init/migration.sql': [...attack, LOAD].join('\n'),
    };
    const shared = differing(engine, { close: () => Promise.resolve() });
    const found = await verifyFiles(shared, { files, folder: 'prisma/migrations' });
    expect(applies(found)).toEqual({ '20240101000000_init': 'not run' });
    expect(found.migrations[0]?.verdicts[0]?.reason).toContain('migration.sql:3 has LOAD');
  });
});
