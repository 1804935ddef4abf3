import type { Catalog, Origin, Table } from '../catalog/types.ts';
import { displayName, quoteIdentifier } from '../operations/display-name.ts';
import { isSameObject } from '../operations/same-object.ts';
import type { ObjectName, OperationOf } from '../operations/types.ts';
import { isSameForeignKey } from './added-foreign-keys.ts';

/** A DROP that can say CASCADE. */
export type CascadingDrop = OperationOf<
  | 'DropTable'
  | 'DropColumn'
  | 'DropConstraint'
  | 'DropView'
  | 'DropMaterializedView'
  | 'DropType'
  | 'DropSequence'
  | 'DropFunction'
  | 'DropObject'
>;

/** Something that goes because of CASCADE, though the statement does not name it. */
export interface DroppedAlong {
  readonly kind:
    | 'table'
    | 'column'
    | 'view'
    | 'foreign key'
    | 'constraint'
    | 'index'
    | 'trigger'
    | 'policy'
    | 'default';
  /** In words: `the view active_users`, `the foreign key posts_author_fkey of posts`. */
  readonly text: string;
}

/** Around a DROP. */
export interface CascadeScene {
  /** The schema just before it. */
  readonly before: Catalog;
  /** The schema just after it. */
  readonly after: Catalog;
  /** The schema when all that goes out together has run: what is there again is not lost. */
  readonly final: Catalog;
  /** Index of the deploy's first migration: what the deploy itself made is nobody's loss. */
  readonly firstIndex: number;
  /** Whether the deploy drops a relation by name, too: then it is meant to go. */
  readonly isDropped: (relation: ObjectName) => boolean;
}

/**
 * What else a DROP … CASCADE takes along for good: views, foreign keys of other tables, columns of a dropped type, triggers,
 * defaults and policies that call a dropped function, and with a schema all its tables.
 *
 * @param drop with resolved names.
 * @returns those that the catalog is certain of, that existed before the deploy, and that the deploy neither drops by name
 *   nor makes again. What goes without CASCADE, too, is not among them: a table's own parts, its partitions.
 */
export function droppedAlong(drop: CascadingDrop, scene: CascadeScene): readonly DroppedAlong[] {
  if (drop.behavior !== 'cascade' || drop.run === 'called') return [];
  return [...lostViews(drop, scene), ...lostFromTables(drop, scene)];
}

/** The relation that a DROP is about: its own parts are no loss of CASCADE. */
function ownRelation(drop: CascadingDrop): ObjectName | undefined {
  switch (drop.kind) {
    case 'DropTable':
    case 'DropColumn':
    case 'DropConstraint':
      return drop.table;
    case 'DropView':
    case 'DropMaterializedView':
      return drop.view;
    default:
      return undefined;
  }
}

const isOld = (
  { certainty, origin }: { readonly certainty?: string; readonly origin: Origin },
  { firstIndex }: CascadeScene,
): boolean => certainty !== 'uncertain' && origin.migration >= 0 && origin.migration < firstIndex;

function lostViews(drop: CascadingDrop, scene: CascadeScene): readonly DroppedAlong[] {
  const own = ownRelation(drop);
  const found: DroppedAlong[] = [];
  for (const view of scene.before.views()) {
    if (scene.after.view(view.name) !== undefined || !isOld(view, scene)) continue;
    const isNamed = (own !== undefined && isSameObject(view.name, own)) || scene.isDropped(view.name);
    if (!isNamed && scene.final.view(view.name) === undefined)
      found.push({ kind: 'view', text: `the ${view.kind} ${displayName(view.name)}` });
  }
  return found;
}

function lostFromTables(drop: CascadingDrop, scene: CascadeScene): readonly DroppedAlong[] {
  const own = ownRelation(drop);
  const found: DroppedAlong[] = [];
  for (const was of scene.before.tables()) {
    const is = scene.after.table(was.name);
    if (is === was || !isOld(was, scene) || was.persistence === 'temporary') continue;
    const isOwn = own !== undefined && isSameObject(was.name, own);
    if (is === undefined) {
      const isPart = was.partitionOf !== undefined && scene.after.table(was.partitionOf.parent) === undefined;
      const isNamed = isOwn || isPart || scene.isDropped(was.name);
      if (!isNamed && scene.final.table(was.name) === undefined)
        found.push({ kind: 'table', text: `the table ${displayName(was.name)} with all its rows` });
      continue;
    }
    const last = scene.final.table(was.name);
    if (last !== undefined) found.push(...lostParts({ was, is, last }, isOwn ? drop : undefined, scene));
  }
  return found;
}

/** A table before and just after the DROP, and when the deploy has run. */
interface Versions {
  readonly was: Table;
  readonly is: Table;
  readonly last: Table;
}

/** @param drop the DROP, if it is about a part of this table. */
function lostParts(
  { was, is, last }: Versions,
  drop: CascadingDrop | undefined,
  scene: CascadeScene,
): readonly DroppedAlong[] {
  const of = ` of ${displayName(was.name)}`;
  const has = (list: readonly { readonly name: string }[], name: string): boolean =>
    list.some((one) => one.name === name);
  const gone = <Part extends { readonly name: string; readonly origin: Origin }>(
    list: (table: Table) => readonly Part[],
  ): readonly Part[] =>
    list(was).filter(
      (part) => isOld(part, scene) && !has(list(is), part.name) && !has(list(last), part.name),
    );
  const column = drop?.kind === 'DropColumn' ? drop.column : undefined;
  // What a partition has from its parent goes with the parent's.
  const columns = gone((table) => table.columns).filter((one) => one.name !== column && one.local);
  const isLost = (name: string): boolean => columns.some((one) => one.name === name);
  const name = (text: string): string => quoteIdentifier(text);
  return [
    ...columns.map((one): DroppedAlong => ({ kind: 'column', text: `the column ${name(one.name)}${of}` })),
    ...lostConstraints(
      drop,
      { was, is, last },
      gone((table) => table.constraints),
    ).filter(({ columns: over }) => !over.some(isLost)),
    ...(column === undefined ? gone((table) => table.indexes) : [])
      .filter(({ constraint, elements, parent }) => {
        const isOwn = constraint === undefined && parent === undefined;
        return isOwn && !elements.some((one) => isLost(one.column ?? ''));
      })
      .map((one): DroppedAlong => ({ kind: 'index', text: `the index ${name(one.name)}${of}` })),
    ...gone((table) => table.triggers).map((one): DroppedAlong => ({
      kind: 'trigger',
      text: `the trigger ${name(one.name)}${of}`,
    })),
    ...gone((table) => table.policies).map((one): DroppedAlong => ({
      kind: 'policy',
      text: `the policy ${name(one.name)}${of}`,
    })),
    ...lostDefaults({ was, is, last }, of),
  ];
}

/** Keys and checks that are gone, but for those that go with a dropped column or are the dropped one; one made again under another name counts as kept. */
function lostConstraints(
  drop: CascadingDrop | undefined,
  { was, last }: Versions,
  gone: Table['constraints'],
): readonly (DroppedAlong & { readonly columns: readonly string[] })[] {
  if (drop?.kind === 'DropColumn') return [];
  return gone.flatMap(({ name, definition, local }) => {
    if (!local || (drop?.kind === 'DropConstraint' && drop.constraint === name)) return [];
    const columns = 'columns' in definition ? definition.columns : [];
    if (last.constraints.some((other) => isSameForeignKey(other.definition, definition))) return [];
    const kind = definition.type === 'foreign key' ? 'foreign key' : 'constraint';
    return [
      { kind, text: `the ${kind} ${quoteIdentifier(name)} of ${displayName(was.name)}`, columns } as const,
    ];
  });
}

function lostDefaults({ was, is, last }: Versions, of: string): readonly DroppedAlong[] {
  return was.columns.flatMap(({ name, default: fallback }): readonly DroppedAlong[] => {
    const find = (table: Table): Table['columns'][number] | undefined =>
      table.columns.find((one) => one.name === name);
    const isGone = fallback !== undefined && find(is) !== undefined && find(is)?.default === undefined;
    if (!isGone || find(last) === undefined || find(last)?.default !== undefined) return [];
    return [{ kind: 'default', text: `the default of ${quoteIdentifier(name)}${of}` }];
  });
}
