/** Views, materialized views, and tables made of queries. */
import type { CreateTableAsStmt, RefreshMatViewStmt, ViewStmt } from '@pgsql/types';
import type { Context } from './context.ts';
import { relationName } from './names.ts';
import { optionsOf, stringsOf } from './nodes.ts';
import { queryOf } from './queries.ts';
import { persistenceOf } from './tables.ts';
import type { Operation, Query } from './types.ts';

/** CREATE VIEW. */
export function createView(node: ViewStmt, context: Context): readonly Operation[] {
  const columnNames = stringsOf(node.aliases);
  const query = queryOf(context.statement, node.query ?? { SelectStmt: {} }, columnNames);
  return [
    {
      kind: 'CreateView',
      view: relationName(node.view),
      replace: node.replace === true,
      temporary: node.view?.relpersistence === 't',
      columnNames,
      query,
      get definition() {
        return query.text;
      },
      options: { ...optionsOf(node.options), ...checkOptionOf(node) },
      ...context.base,
    },
  ];
}

/** WITH CHECK OPTION, which PostgreSQL stores as the option `check_option`. */
function checkOptionOf({ withCheckOption }: ViewStmt): Readonly<Record<string, string>> {
  if (withCheckOption === 'LOCAL_CHECK_OPTION') return { check_option: 'local' };
  return withCheckOption === 'CASCADED_CHECK_OPTION' ? { check_option: 'cascaded' } : {};
}

/** CREATE TABLE AS, SELECT INTO and CREATE MATERIALIZED VIEW, which PostgreSQL's grammar makes one. */
export function createTableAs(node: CreateTableAsStmt, context: Context): readonly Operation[] {
  const { into } = node;
  const columnNames = stringsOf(into?.colNames);
  const query = queryOf(context.statement, node.query ?? { SelectStmt: {} }, columnNames);
  const common = {
    columnNames,
    query,
    ifNotExists: node.if_not_exists === true,
    withData: into?.skipData !== true,
  };
  if (node.objtype === 'OBJECT_MATVIEW') return [materializedView(node, common, context)];
  return [
    {
      kind: 'CreateTableAs',
      table: relationName(into?.rel),
      persistence: persistenceOf(into?.rel?.relpersistence),
      ...common,
      form: node.is_select_into ? 'select into' : 'create table as',
      ...context.base,
    },
  ];
}

interface QueryFields {
  readonly columnNames: readonly string[];
  readonly query: Query;
  readonly ifNotExists: boolean;
  readonly withData: boolean;
}

function materializedView(node: CreateTableAsStmt, fields: QueryFields, context: Context): Operation {
  return {
    kind: 'CreateMaterializedView',
    view: relationName(node.into?.rel),
    ...fields,
    get definition() {
      return fields.query.text;
    },
    ...context.base,
  };
}

/** REFRESH MATERIALIZED VIEW. */
export function refreshMaterializedView(node: RefreshMatViewStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'RefreshMaterializedView',
      view: relationName(node.relation),
      concurrently: node.concurrent === true,
      withData: node.skipData !== true,
      ...context.base,
    },
  ];
}
