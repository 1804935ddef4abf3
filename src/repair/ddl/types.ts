import { typeText } from '../../model/catalog/type-text.ts';
import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import { textOf } from '../../model/operations/tokens.ts';
import type { DomainType, UserType } from '../../model/catalog/types.ts';
import { constraintText } from './constraints.ts';
import { collationText, literal } from './words.ts';

/** CREATE TYPE or CREATE DOMAIN. A range or a base type is made as its own statement says, under its name of now. */
export function createType(type: UserType): readonly string[] {
  const name = displayName(type.name);
  switch (type.kind) {
    case 'enum':
      return [`CREATE TYPE ${name} AS ENUM (${type.values.map(({ value }) => literal(value)).join(', ')})`];
    case 'domain':
      return domainStatements(type);
    case 'composite': {
      const attributes = type.attributes.map((one) => `${quoteIdentifier(one.name)} ${typeText(one.type)}`);
      return [`CREATE TYPE ${name} AS (${attributes.join(', ')})`];
    }
    case 'shell':
      return [`CREATE TYPE ${name}`];
    case 'range':
    case 'base': {
      const written = textOf(type.origin.statement, type.origin.statement.span);
      return [written.replace(/^(CREATE\s+TYPE\s+)(?:(?:"(?:[^"]|"")*"|\w+)(?:\s*\.\s*)?)+/i, `$1${name}`)];
    }
    default:
      return type satisfies never;
  }
}

function domainStatements(domain: DomainType): readonly string[] {
  const name = displayName(domain.name);
  const validated = domain.constraints.filter((one) => one.validated);
  const words = [
    `CREATE DOMAIN ${name} AS ${typeText(domain.base)}`,
    ...(domain.collation === undefined ? [] : [`COLLATE ${collationText(domain.collation)}`]),
    ...(domain.default === undefined ? [] : [`DEFAULT ${domain.default.text}`]),
    ...(domain.notNull ? ['NOT NULL'] : []),
    ...validated.map(constraintText),
  ];
  const others = domain.constraints.filter((one) => !one.validated);
  return [words.join(' '), ...others.map((one) => `ALTER DOMAIN ${name} ADD ${constraintText(one)}`)];
}
