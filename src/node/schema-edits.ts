import type { FileTree } from '../input/files/types.ts';
import type { FoundProject } from '../input/layouts/types.ts';
import { editSchema, type SchemaPhase } from '../repair/plans/prisma-schema.ts';
import { unifiedPatch } from '../report/patch.ts';
import type { PlanTarget } from './plan-target.ts';
import type { ChangeWish } from '../report/planned-change.ts';

/** The edits of schema.prisma that a change's phases want. */
export interface SchemaEdits {
  /** As unified diffs, each on top of the one before; empty where nothing changes. */
  readonly diffs: Readonly<Partial<Record<SchemaPhase, string>>>;
  readonly notes: readonly string[];
}

const PHASES: readonly SchemaPhase[] = ['expand', 'backfill', 'contract'];

/** The edits of the project's Prisma schema, phase by phase. */
export function schemaEdits(
  tree: FileTree,
  { schema }: FoundProject,
  wish: ChangeWish,
  { table, column }: PlanTarget,
): SchemaEdits {
  const files = schemaFiles(tree, schema);
  const unique = table.indexes.find(
    ({ elements, unique: isUnique }) =>
      isUnique && elements.length === 1 && elements[0]?.column === column?.name,
  )?.name;
  for (const path of files) {
    const bytes = tree.read(path);
    if (bytes === undefined) continue;
    let text = new TextDecoder().decode(bytes);
    const diffs: Partial<Record<SchemaPhase, string>> = {};
    let found = false;
    for (const phase of PHASES) {
      const common = { phase, table: table.name.name, column: column?.name };
      const after =
        wish.change === 'rename'
          ? editSchema(text, { ...wish, ...common, unique })
          : editSchema(text, { ...wish, ...common });
      if (after === undefined) break;
      found = true;
      diffs[phase] = after === text ? '' : unifiedPatch([{ path, before: text, after }]);
      text = after;
    }
    if (found) return { diffs, notes: [] };
  }
  const what = column === undefined ? table.name.name : `${table.name.name}.${column.name}`;
  return {
    diffs: {},
    notes: [`No model of the Prisma schema maps ${what}: its edits are yours to find.`],
  };
}

/** The schema's file, or the files of its folder. */
export function schemaFiles(tree: FileTree, schema: string | undefined): readonly string[] {
  if (schema === undefined) return [];
  if (schema.endsWith('.prisma')) return [schema];
  return tree.list(schema).flatMap((entry) => {
    const name = typeof entry === 'string' ? entry : entry.name;
    return name.endsWith('.prisma') ? [`${schema}/${name}`] : [];
  });
}
