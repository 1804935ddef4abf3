import type { FileTree } from '../input/files/types.ts';
import type { ReadProject } from '../input/project/types.ts';
import type { LintResult } from '../lint/run.ts';
import { catalogDifferences, type CatalogDifference } from '../model/catalog/differences.ts';
import { differingWords } from '../model/catalog/difference-words.ts';
import type { Catalog } from '../model/catalog/types.ts';
import { hasIndexInSchema, isInSchema, isOptionalInSchema } from '../repair/plans/prisma-schema.ts';
import { schemaFiles } from './schema-edits.ts';

interface Known {
  /** At the end of the history before the fixes, and as it is by now. */
  readonly before: Catalog;
  after: Catalog;
  readonly path: string;
  readonly text: string;
}

/** What the Prisma schema of each project has to follow after the fixes: `migrate dev` makes the database like it. */
export class SchemaNotes {
  readonly #projects = new Map<string, Known>();

  /** Takes note of a project as a pass finds it. */
  note(
    { source: { found }, result }: { readonly source: ReadProject; readonly result: LintResult },
    tree: FileTree,
  ): void {
    const after = result.project.migrations.at(-1)?.catalogAfter;
    if (found.layout !== 'prisma' || found.schema === undefined || after === undefined) return;
    const known = this.#projects.get(found.folder);
    if (known !== undefined) {
      known.after = after;
      return;
    }
    const texts = schemaFiles(tree, found.schema).flatMap((path) => tree.read(path) ?? []);
    const text = texts.map((bytes) => new TextDecoder().decode(bytes)).join('\n');
    this.#projects.set(found.folder, { before: after, after, path: found.schema, text });
  }

  /** For people: one sentence each. */
  notes(): readonly string[] {
    return [...this.#projects.values()].flatMap((known) => {
      if (known.before === known.after || known.text === '') return [];
      const differences = catalogDifferences(known.before, known.after, 'all');
      return [...lacking(differences, known), ...required(differences, known)];
    });
  }
}

/** What the migrations have made by now, and the schema does not have: triggers and functions are nothing to Prisma. */
function lacking(differences: readonly CatalogDifference[], { text, path, after }: Known): readonly string[] {
  const made = differences.filter(({ kind, object: { kind: what, name, on } }) => {
    if (kind !== 'left') return false;
    if (what === 'table') return !isInSchema(text, name.name, undefined);
    if (on === undefined || !isInSchema(text, on.name, undefined)) return false;
    if (what === 'column') return !isInSchema(text, on.name, name.name);
    return what === 'index' && !hasIndexInSchema(text, on.name, indexedColumns(on, name.name, after));
  });
  if (made.length === 0) return [];
  const names = made.map(({ object }) => differingWords(object)).join(', ');
  return [
    `${path} has to have what the migrations make by now, or prisma migrate dev would drop it again: ${names}. Add it; prisma db pull writes it once they are applied.`,
  ];
}

function indexedColumns(
  on: Parameters<Catalog['table']>[0],
  name: string,
  catalog: Catalog,
): readonly string[] {
  const index = catalog.table(on)?.indexes.find((one) => one.name === name);
  return (index?.elements ?? []).map(({ column }) => column ?? '');
}

/** Columns that are NOT NULL only once a draft has run. */
function required(differences: readonly CatalogDifference[], { text, path }: Known): readonly string[] {
  const open = differences.filter(
    (one) =>
      one.kind === 'changed' &&
      one.object.kind === 'column' &&
      one.object.on !== undefined &&
      one.property === 'NOT NULL' &&
      one.after === undefined &&
      !isOptionalInSchema(text, one.object.on.name, one.object.name.name),
  );
  if (open.length === 0) return [];
  const names = open.map(({ object }) => differingWords(object)).join(', ');
  return [
    `${names} may be NULL until the drafts have run: make it optional in ${path} until then, or prisma migrate dev would require it at once.`,
  ];
}
