import type { ConstraintDefinition } from '../operations/types.ts';

/** A key as PostgreSQL builds it, and the constraints as written that it stands for. */
export interface KeyToBuild {
  readonly definition: ConstraintDefinition;
  readonly written: readonly ConstraintDefinition[];
}

/**
 * The keys of one statement in the order in which PostgreSQL builds and names them: the primary key first, and a key that
 * only repeats an earlier one is left out (transformIndexConstraints, src/backend/parser/parse_utilcmd.c).
 *
 * @param keys PRIMARY KEY, UNIQUE and EXCLUDE constraints in the order written.
 * @returns what to build.
 */
export function keyConstraintsInOrder(keys: readonly ConstraintDefinition[]): readonly KeyToBuild[] {
  const primary = keys.filter((key) => key.type === 'primary key');
  const built: KeyToBuild[] = [];
  for (const key of [...primary, ...keys.filter((one) => one.type !== 'primary key')]) {
    const at = built.findIndex(({ definition }) => isRepeated(definition, key));
    const earlier = built[at];
    if (earlier === undefined) {
      built.push({ definition: key, written: [key] });
      continue;
    }
    const name = earlier.definition.name ?? key.name;
    built[at] = { definition: { ...earlier.definition, name }, written: [...earlier.written, key] };
  }
  return built;
}

function isRepeated(earlier: ConstraintDefinition, key: ConstraintDefinition): boolean {
  if (key.type === 'exclude' || earlier.type === 'exclude') {
    return key.type === earlier.type && JSON.stringify(shape(key)) === JSON.stringify(shape(earlier));
  }
  if (key.type !== 'primary key' && key.type !== 'unique') return false;
  if (earlier.type !== 'primary key' && earlier.type !== 'unique') return false;
  return (
    key.usingIndex === undefined &&
    earlier.usingIndex === undefined &&
    key.columns.join('\0') === earlier.columns.join('\0') &&
    key.include.join('\0') === earlier.include.join('\0') &&
    key.nullsNotDistinct === earlier.nullsNotDistinct &&
    key.deferrable === earlier.deferrable &&
    key.initiallyDeferred === earlier.initiallyDeferred
  );
}

function shape(definition: ConstraintDefinition): unknown {
  if (definition.type !== 'exclude') return definition;
  return [
    definition.method,
    definition.elements.map(({ expression, ...rest }) => ({ ...rest, expression: expression?.text })),
    definition.where?.text,
  ];
}
