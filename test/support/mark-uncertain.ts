import type { Catalog, Certainty, Table } from '../../src/model/catalog/index.ts';
import type { ObjectName } from '../../src/model/operations/types.ts';
import type { Introspection, IntrospectedTable } from './introspect.ts';

interface Known {
  readonly name: string;
  readonly certainty: Certainty;
}

/** PostgreSQL's description of what a catalog made, with the catalog's own doubts: what it is uncertain of is not compared. */
export function markUncertain(description: Introspection, catalog: Catalog): Introspection {
  const marked = <One extends { readonly schema: string; readonly name: string }>(
    list: readonly One[],
    find: (name: ObjectName) => { readonly certainty: Certainty } | undefined,
  ): readonly One[] => list.map((one) => ({ ...one, ...doubt(find(one)) }));
  return {
    ...description,
    tables: description.tables.map((table) => {
      const ours = catalog.table(table);
      return ours === undefined ? table : markedTable(table, ours);
    }),
    enums: marked(description.enums, (name) => catalog.type(name)),
    domains: marked(description.domains, (name) => catalog.type(name)),
    composites: marked(description.composites, (name) => catalog.type(name)),
    views: marked(description.views, (name) => catalog.view(name)),
    sequences: marked(description.sequences, (name) => catalog.sequence(name)),
    routines: marked(description.routines, (name) =>
      catalog
        .routines({ schema: name.schema, name: name.name.replace(/\/\d+$/, '') })
        .find(({ certainty }) => certainty === 'uncertain'),
    ),
    complete: catalog.complete,
  };
}

function markedTable(table: IntrospectedTable, ours: Table): IntrospectedTable {
  const marked = <One extends { readonly name: string }>(
    list: readonly One[],
    known: readonly Known[],
  ): readonly One[] => list.map((one) => ({ ...one, ...doubt(known.find(({ name }) => name === one.name)) }));
  return {
    ...table,
    ...doubt(ours),
    columns: marked(table.columns, ours.columns),
    constraints: marked(table.constraints, ours.constraints),
    indexes: marked(table.indexes, ours.indexes),
    triggers: marked(table.triggers, ours.triggers),
    policies: marked(table.policies, ours.policies),
  };
}

function doubt(known: { readonly certainty: Certainty } | undefined): { readonly uncertain?: boolean } {
  return known?.certainty === 'uncertain' ? { uncertain: true } : {};
}
