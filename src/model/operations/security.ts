/** Row security, privileges, roles and extensions. */
import type {
  AlterDefaultPrivilegesStmt,
  AlterExtensionContentsStmt,
  AlterExtensionStmt,
  AlterPolicyStmt,
  AlterRoleSetStmt,
  AlterRoleStmt,
  CreateExtensionStmt,
  CreatePolicyStmt,
  CreateRoleStmt,
  DropRoleStmt,
  GrantRoleStmt,
  GrantStmt,
  Node,
  RuleStmt,
} from '@pgsql/types';
import type { Context } from './context.ts';
import { nameFromNode, relationName, roleName, roleNames } from './names.ts';
import { fieldsOf, findOption, optionsOf, stringsOf, valueText } from './nodes.ts';
import { quoteIdentifier } from './display-name.ts';
import { objectTypeOf } from './object-types.ts';
import { optionalExpression } from './source-text.ts';
import { textOf } from './tokens.ts';
import type { CreatePolicy, Operation } from './types.ts';

const policyCommands: Readonly<Record<string, CreatePolicy['command']>> = {
  select: 'select',
  insert: 'insert',
  update: 'update',
  delete: 'delete',
};

/** CREATE POLICY. */
export function createPolicy(node: CreatePolicyStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'CreatePolicy',
      name: node.policy_name ?? '',
      table: relationName(node.table),
      permissive: node.permissive === true,
      command: policyCommands[node.cmd_name ?? 'all'] ?? 'all',
      roles: roleNames(node.roles),
      using: optionalExpression(context.statement, node.qual, 'closed'),
      withCheck: optionalExpression(context.statement, node.with_check, 'closed'),
      ...context.base,
    },
  ];
}

/** ALTER POLICY. */
export function alterPolicy(node: AlterPolicyStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'AlterPolicy',
      name: node.policy_name ?? '',
      table: relationName(node.table),
      roles: node.roles === undefined ? undefined : roleNames(node.roles),
      using: optionalExpression(context.statement, node.qual, 'closed'),
      withCheck: optionalExpression(context.statement, node.with_check, 'closed'),
      ...context.base,
    },
  ];
}

/** CREATE RULE. */
export function createRule(node: RuleStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'CreateRule',
      name: node.rulename ?? '',
      table: relationName(node.relation),
      replace: node.replace === true,
      definition: textOf(context.statement, context.statement.span),
      ...context.base,
    },
  ];
}

function privilegesOf(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) => {
    const privilege = fieldsOf(node, 'AccessPriv');
    const name = (privilege?.priv_name ?? 'ALL').toUpperCase();
    const columns = stringsOf(privilege?.cols);
    return columns.length === 0 ? name : `${name} (${columns.map(quoteIdentifier).join(', ')})`;
  });
}

/** GRANT and REVOKE of privileges on objects. */
export function grant(node: GrantStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'Grant',
      grant: node.is_grant === true,
      privileges: privilegesOf(node.privileges),
      objectType: objectTypeOf(node.objtype),
      objects: (node.objects ?? []).map(nameFromNode),
      allInSchema: node.targtype === 'ACL_TARGET_ALL_IN_SCHEMA',
      grantees: roleNames(node.grantees),
      withGrantOption: node.grant_option === true,
      ...context.base,
    },
  ];
}

/** GRANT and REVOKE of roles. */
export function grantRole(node: GrantRoleStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'GrantRole',
      grant: node.is_grant === true,
      roles: (node.granted_roles ?? []).map((role) => fieldsOf(role, 'AccessPriv')?.priv_name ?? ''),
      grantees: roleNames(node.grantee_roles),
      ...context.base,
    },
  ];
}

/** ALTER DEFAULT PRIVILEGES. */
export function alterDefaultPrivileges(
  node: AlterDefaultPrivilegesStmt,
  context: Context,
): readonly Operation[] {
  const schemas = stringsOf(fieldsOf(findOption(node.options, 'schemas')?.arg, 'List')?.items);
  const { action } = node;
  return [
    {
      kind: 'AlterDefaultPrivileges',
      grant: action?.is_grant === true,
      schemas,
      objectType: objectTypeOf(action?.objtype),
      privileges: privilegesOf(action?.privileges),
      grantees: roleNames(action?.grantees),
      ...context.base,
    },
  ];
}

/** CREATE EXTENSION. */
export function createExtension(node: CreateExtensionStmt, context: Context): readonly Operation[] {
  return [
    {
      kind: 'CreateExtension',
      name: node.extname ?? '',
      ifNotExists: node.if_not_exists === true,
      schema: valueText(findOption(node.options, 'schema')?.arg),
      version: valueText(findOption(node.options, 'new_version')?.arg),
      ...context.base,
    },
  ];
}

/** ALTER EXTENSION … UPDATE. */
export function alterExtension(node: AlterExtensionStmt, context: Context): readonly Operation[] {
  const version = valueText(findOption(node.options, 'new_version')?.arg);
  const change = version === undefined ? 'update' : `update to ${version}`;
  return [{ kind: 'AlterExtension', name: node.extname ?? '', change, ...context.base }];
}

/** ALTER EXTENSION … ADD and DROP of an object; the grammar's number is positive for ADD. */
export function alterExtensionContents(
  node: AlterExtensionContentsStmt,
  context: Context,
): readonly Operation[] {
  const change = `${(node.action ?? 0) > 0 ? 'add' : 'drop'} ${objectTypeOf(node.objtype)}`;
  return [{ kind: 'AlterExtension', name: node.extname ?? '', change, ...context.base }];
}

/** CREATE ROLE, USER and GROUP. */
export function createRole(node: CreateRoleStmt, context: Context): readonly Operation[] {
  return [{ kind: 'CreateRole', role: node.role ?? '', options: optionsOf(node.options), ...context.base }];
}

/** ALTER ROLE with options. */
export function alterRole(node: AlterRoleStmt, context: Context): readonly Operation[] {
  return [
    { kind: 'AlterRole', role: roleName(node.role), options: optionsOf(node.options), ...context.base },
  ];
}

/** ALTER ROLE … SET and RESET: the setting is the option; `ALL` is the role of ALTER ROLE ALL. */
export function alterRoleSetting(node: AlterRoleSetStmt, context: Context): readonly Operation[] {
  const setting = node.setstmt?.name ?? 'all';
  const value = (node.setstmt?.args ?? []).map((item) => valueText(item) ?? '').join(', ');
  const role = node.role === undefined ? 'ALL' : roleName(node.role);
  return [{ kind: 'AlterRole', role, options: { [setting]: value }, ...context.base }];
}

/** DROP ROLE: one operation for each role. */
export function dropRole(node: DropRoleStmt, context: Context): readonly Operation[] {
  return roleNames(node.roles).map((name) => ({
    kind: 'DropObject',
    objectType: 'role',
    object: { schema: undefined, name },
    ifExists: node.missing_ok === true,
    behavior: 'restrict',
    ...context.base,
  }));
}
