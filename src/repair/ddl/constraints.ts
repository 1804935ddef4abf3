import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { deferralText } from '../../model/operations/key-text.ts';
import type { Constraint } from '../../model/catalog/types.ts';
import type { ConstraintDefinition, ObjectName } from '../../model/operations/types.ts';
import { elementText } from './indexes.ts';
import { namesText } from './words.ts';

/** ALTER TABLE … ADD CONSTRAINT, with NOT VALID where it is not validated. */
export function addConstraint(table: ObjectName, constraint: Constraint): string {
  return `ALTER TABLE ${displayName(table)} ADD ${constraintText(constraint)}`;
}

/** A constraint as it stands in CREATE TABLE and behind ADD: its name, what it demands, and when. */
export function constraintText({ name, definition, validated }: Constraint): string {
  const notEnforced = 'notEnforced' in definition && definition.notEnforced;
  const state = notEnforced ? ' NOT ENFORCED' : validated ? '' : ' NOT VALID';
  return `CONSTRAINT ${quoteIdentifier(name)} ${bodyText(definition)}${deferralText(definition)}${state}`;
}

function bodyText(definition: ConstraintDefinition): string {
  switch (definition.type) {
    case 'primary key':
    case 'unique': {
      const columns = definition.columns.map(quoteIdentifier);
      if (definition.withoutOverlaps === true) columns.push(`${columns.pop() ?? ''} WITHOUT OVERLAPS`);
      const distinct = definition.nullsNotDistinct ? ' NULLS NOT DISTINCT' : '';
      const include = definition.include.length === 0 ? '' : ` INCLUDE (${namesText(definition.include)})`;
      return `${definition.type.toUpperCase()}${distinct} (${columns.join(', ')})${include}`;
    }
    case 'foreign key':
      return foreignKeyText(definition);
    case 'check':
      return `CHECK (${definition.expression.text})${definition.noInherit ? ' NO INHERIT' : ''}`;
    case 'exclude': {
      const elements = definition.elements.map(elementText).join(', ');
      const where = definition.where === undefined ? '' : ` WHERE (${definition.where.text})`;
      return `EXCLUDE USING ${quoteIdentifier(definition.method)} (${elements})${where}`;
    }
    case 'not null':
      return `NOT NULL ${quoteIdentifier(definition.column)}`;
    default:
      return definition satisfies never;
  }
}

function foreignKeyText(definition: Extract<ConstraintDefinition, { type: 'foreign key' }>): string {
  const { columns, references, referencedColumns, match, onDelete, onUpdate } = definition;
  const target = referencedColumns.length === 0 ? '' : ` (${namesText(referencedColumns)})`;
  return [
    `FOREIGN KEY (${namesText(columns)}) REFERENCES ${displayName(references)}${target}`,
    match === 'simple' ? '' : ` MATCH ${match.toUpperCase()}`,
    onDelete === 'no action' ? '' : ` ON DELETE ${onDelete.toUpperCase()}`,
    onUpdate === 'no action' ? '' : ` ON UPDATE ${onUpdate.toUpperCase()}`,
  ].join('');
}
