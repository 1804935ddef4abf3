/** Constraints of tables, columns and domains. */
import type { Constraint, Node } from '@pgsql/types';
import type { Statement } from '../../input/sql/types.ts';
import { dottedName, relationName } from './names.ts';
import { fieldsOf, stringsOf } from './nodes.ts';
import { expressionOf, optionalExpression } from './source-text.ts';
import { indexElementOf } from './index-elements.ts';
import type { ConstraintDefinition, IndexElement, ReferentialAction } from './types.ts';

/** The attributes that follow a column's own constraint as nodes of their own: DEFERRABLE, NOT ENFORCED … */
interface Attributes {
  deferrable: boolean;
  initiallyDeferred: boolean;
  notEnforced: boolean;
}

type Form<Type extends ConstraintDefinition['type']> = Extract<ConstraintDefinition, { type: Type }>;

/**
 * A table's or domain's constraint; a column's own one if `column` is given. Undefined for nodes that are no constraints
 * of the union: DEFAULT, NULL, identity and the like.
 */
export function constraintOf(
  node: Constraint,
  statement: Statement,
  column?: string,
): ConstraintDefinition | undefined {
  const base = {
    name: node.conname,
    deferrable: node.deferrable === true,
    initiallyDeferred: node.initdeferred === true,
  };
  switch (node.contype) {
    case 'CONSTR_PRIMARY':
    case 'CONSTR_UNIQUE':
      return uniqueConstraint(node, base, column);
    case 'CONSTR_FOREIGN':
      return foreignKey(node, base, column);
    case 'CONSTR_CHECK':
      return checkConstraint(node, base, statement);
    case 'CONSTR_NOTNULL':
      return {
        type: 'not null',
        column: column ?? stringsOf(node.keys)[0] ?? '',
        notValid: node.skip_validation === true,
        ...base,
      };
    case 'CONSTR_EXCLUSION':
      return exclusionConstraint(node, base, statement);
    default:
      return undefined;
  }
}

type Base = Pick<ConstraintDefinition, 'name' | 'deferrable' | 'initiallyDeferred'>;

function uniqueConstraint(node: Constraint, base: Base, column: string | undefined): ConstraintDefinition {
  const definition: Form<'primary key' | 'unique'> = {
    type: node.contype === 'CONSTR_PRIMARY' ? 'primary key' : 'unique',
    columns: column === undefined ? stringsOf(node.keys) : [column],
    include: stringsOf(node.including),
    nullsNotDistinct: node.nulls_not_distinct === true,
    ...(node.without_overlaps === true && { withoutOverlaps: true }),
    usingIndex: node.indexname,
    ...base,
  };
  return definition;
}

/** pg_constraint's letters for what a foreign key does (manual, 51.13). */
const referentialActions: Readonly<Record<string, ReferentialAction>> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};
const matchTypes: Readonly<Record<string, Form<'foreign key'>['match']>> = { f: 'full', p: 'partial' };

function foreignKey(node: Constraint, base: Base, column: string | undefined): ConstraintDefinition {
  return {
    type: 'foreign key',
    columns: column === undefined ? stringsOf(node.fk_attrs) : [column],
    references: relationName(node.pktable),
    referencedColumns: stringsOf(node.pk_attrs),
    onDelete: referentialActions[node.fk_del_action ?? 'a'] ?? 'no action',
    onUpdate: referentialActions[node.fk_upd_action ?? 'a'] ?? 'no action',
    match: matchTypes[node.fk_matchtype ?? 's'] ?? 'simple',
    notValid: node.skip_validation === true,
    notEnforced: node.is_enforced !== true,
    ...base,
  };
}

function checkConstraint(
  node: Constraint,
  base: Base,
  statement: Statement,
): ConstraintDefinition | undefined {
  if (node.raw_expr === undefined) return undefined;
  return {
    type: 'check',
    expression: expressionOf(statement, node.raw_expr, 'closed'),
    noInherit: node.is_no_inherit === true,
    notValid: node.skip_validation === true,
    notEnforced: node.is_enforced !== true,
    ...base,
  };
}

function exclusionConstraint(node: Constraint, base: Base, statement: Statement): ConstraintDefinition {
  return {
    type: 'exclude',
    method: node.access_method ?? 'gist',
    elements: (node.exclusions ?? []).flatMap((item) => exclusionElement(item, statement)),
    where: optionalExpression(statement, node.where_clause, 'closed'),
    ...base,
  };
}

function exclusionElement(node: Node, statement: Statement): IndexElement[] {
  const [key, operator] = fieldsOf(node, 'List')?.items ?? [];
  const element = fieldsOf(key, 'IndexElem');
  if (element === undefined) return [];
  const name = dottedName(fieldsOf(operator, 'List')?.items);
  return [{ ...indexElementOf(element, statement), operator: name }];
}

/**
 * The constraints of one column: a node's attributes (DEFERRABLE, INITIALLY DEFERRED, NOT ENFORCED) come as nodes after
 * it. NOT NULL, DEFAULT, identity and generation are in the column's own fields instead.
 */
export function columnConstraints(
  nodes: readonly Node[] | undefined,
  statement: Statement,
  column: string,
): readonly ConstraintDefinition[] {
  if (nodes === undefined) return noConstraints;
  const constraints: ConstraintDefinition[] = [];
  for (const [index, node] of nodes.entries()) {
    const constraint = fieldsOf(node, 'Constraint');
    if (constraint === undefined || constraint.contype === 'CONSTR_NOTNULL') continue;
    const definition = constraintOf(constraint, statement, column);
    if (definition !== undefined) constraints.push(withAttributes(definition, nodes, index + 1));
  }
  return constraints;
}

const noConstraints: readonly ConstraintDefinition[] = [];

function withAttributes(
  definition: ConstraintDefinition,
  nodes: readonly Node[],
  start: number,
): ConstraintDefinition {
  const attributes = attributesFrom(nodes, start);
  if (attributes === undefined) return definition;
  const { deferrable, initiallyDeferred, notEnforced } = attributes;
  const changed = { ...definition, deferrable, initiallyDeferred };
  return changed.type === 'check' || changed.type === 'foreign key'
    ? { ...changed, notEnforced, notValid: changed.notValid || notEnforced }
    : changed;
}

function attributesFrom(nodes: readonly Node[], start: number): Attributes | undefined {
  const attributes = { deferrable: false, initiallyDeferred: false, notEnforced: false };
  let index = start;
  for (; index < nodes.length; index++) {
    const type = fieldsOf(nodes[index], 'Constraint')?.contype;
    if (type === 'CONSTR_ATTR_DEFERRABLE') attributes.deferrable = true;
    else if (type === 'CONSTR_ATTR_DEFERRED') {
      // INITIALLY DEFERRED implies DEFERRABLE (manual, CREATE TABLE).
      attributes.deferrable = true;
      attributes.initiallyDeferred = true;
    } else if (type === 'CONSTR_ATTR_NOT_ENFORCED') attributes.notEnforced = true;
    else if (!type?.startsWith('CONSTR_ATTR_')) break;
  }
  return index === start ? undefined : attributes;
}
