import { describe, expect, it } from 'vitest';
import { folderWith, run } from './run.ts';

const SCHEMA = `datasource db {
  provider = "postgresql"
}

model User {
  id     Int     @id
  phoneNumber String? @map("phone_number")
  role   String
}

model Post {
  id       Int  @id
  authorId Int?
}
`;

function project(sql: string, schema = SCHEMA): Record<string, string> {
  return {
    'package.json': '{ "devDependencies": { "prisma": "6.19.0" } }',
    'prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
    'prisma/migrations/20240101000000_init/migration.sql':
      'CREATE TABLE "User" (id INTEGER PRIMARY KEY, phone TEXT);\nCREATE TABLE "Post" (id INTEGER PRIMARY KEY, "authorId" INTEGER);\n',
    'prisma/migrations/20240102000000_next/migration.sql': sql,
    'prisma/schema.prisma': schema,
  };
}

async function fixed(files: Record<string, string>, rule: string): Promise<string> {
  const { out, err } = await run(folderWith(files), [
    '--applied-through',
    '20240101000000_init',
    '--fix',
    '--unsafe-fixes',
    '--only',
    rule,
  ]);
  return `${out}${err}`.replaceAll(/\s+/g, ' ');
}

describe('after fixes of Prisma migrations', () => {
  it('says that the schema has to have a column that stays for now', async () => {
    const out = await fixed(
      project('ALTER TABLE "User" RENAME COLUMN phone TO phone_number;\n'),
      'no-rename-column',
    );
    expect(out).toContain(
      'prisma/schema.prisma has to have what the migrations make by now, or prisma migrate dev would drop it again: "User".phone.',
    );
  });

  it('says so of an index, but not of one that the schema has', async () => {
    const key =
      'ALTER TABLE "Post" ADD CONSTRAINT "Post_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "User"(id);\n';
    const rule = 'require-foreign-key-index';
    expect(await fixed(project(key), rule)).toMatch(/would drop it again: the index "?Post_authorId_idx/);
    const indexed = SCHEMA.replace('authorId Int?', 'authorId Int?\n\n  @@index([authorId])');
    expect(await fixed(project(key, indexed), rule)).not.toContain('would drop it');
  });

  it('says what may be NULL until the drafts have run', async () => {
    const out = await fixed(
      project('ALTER TABLE "User" ADD COLUMN role TEXT NOT NULL;\n'),
      'no-required-column',
    );
    expect(out).toContain(
      '"User".role may be NULL until the drafts have run: make it optional in prisma/schema.prisma',
    );
    const open = SCHEMA.replace('role   String', 'role   String?');
    const other = await fixed(
      project('ALTER TABLE "User" ADD COLUMN role TEXT NOT NULL;\n', open),
      'no-required-column',
    );
    expect(other).not.toContain('may be NULL until');
  });
});
