import type { CatalogDifference, DifferingKind, DifferingObject } from '../differences.ts';
import { displayName } from '../../operations/display-name.ts';
import type { ObjectName } from '../../operations/types.ts';
import { typeText } from '../type-text.ts';
import type { Certainty, Extension, Routine, SchemaObject, Sequence } from '../types.ts';
import { keptChanges } from './privileges.ts';
import { flag, optionsText, property } from './property.ts';
import { sqlForm } from './written-forms.ts';

function whole<One extends object>(
  before: One | undefined,
  after: One | undefined,
  name: (one: One) => { readonly kind: DifferingKind; readonly name: ObjectName },
  compare: (object: DifferingObject, before: One, after: One) => readonly CatalogDifference[],
): readonly CatalogDifference[] {
  const one = before ?? after;
  if (one === undefined || isUncertain(before) || isUncertain(after)) return [];
  const object: DifferingObject = { ...name(one), on: undefined };
  if (before === undefined) return [{ object, kind: 'left' }];
  return after === undefined ? [{ object, kind: 'missing' }] : compare(object, before, after);
}

const isUncertain = (one: { readonly certainty?: Certainty } | undefined): boolean =>
  one?.certainty === 'uncertain';

/** How a schema differs. */
export function schemaChanges(
  before: SchemaObject | undefined,
  after: SchemaObject | undefined,
): readonly CatalogDifference[] {
  return whole(
    before,
    after,
    ({ name }) => ({ kind: 'schema', name: { schema: undefined, name } }),
    keptChanges,
  );
}

/** How an extension differs. */
export function extensionChanges(
  before: Extension | undefined,
  after: Extension | undefined,
): readonly CatalogDifference[] {
  return whole<Extension>(
    before,
    after,
    ({ name }) => ({ kind: 'extension', name: { schema: undefined, name } }),
    (object, was, is) => [
      ...property(object, 'version', [was.version, is.version]),
      ...property(object, 'schema', [was.schema, is.schema]),
    ],
  );
}

/** How a sequence differs. One that belongs to a column comes and goes with it, and is part of the column then. */
export function sequenceChanges(
  before: Sequence | undefined,
  after: Sequence | undefined,
): readonly CatalogDifference[] {
  const isOwned = (sequence: Sequence | undefined): boolean =>
    sequence === undefined || sequence.ownedBy !== undefined;
  if (isOwned(before) && isOwned(after)) return [];
  const owner = ({ ownedBy }: Sequence): string | undefined =>
    ownedBy && `${displayName(ownedBy.table)}.${ownedBy.column}`;
  return whole<Sequence>(
    before,
    after,
    ({ name }) => ({ kind: 'sequence', name }),
    (object, was, is) => [
      ...property(object, 'type', [was.type ?? 'bigint', is.type ?? 'bigint']),
      ...property(object, 'owning column', [owner(was), owner(is)]),
      ...property(object, 'options', [optionsText(was.options), optionsText(is.options)]),
      ...keptChanges(object, was, is),
    ],
  );
}

/** How an overload of a routine differs. */
export function routineChanges(
  before: Routine | undefined,
  after: Routine | undefined,
): readonly CatalogDifference[] {
  return whole<Routine>(
    before,
    after,
    ({ kind, name }) => ({ kind, name }),
    (object, was, is) => [
      ...property(object, 'definition', [was.definition, is.definition], () => [bodyForm(was), bodyForm(is)]),
      ...property(object, 'result type', [
        was.returns && typeText(was.returns),
        is.returns && typeText(is.returns),
      ]),
      ...property(object, 'volatility', [was.volatility.toUpperCase(), is.volatility.toUpperCase()]),
      ...flag(object, 'SECURITY DEFINER', [was.securityDefiner, is.securityDefiner]),
      ...property(object, 'settings', [optionsText(was.settings), optionsText(is.settings)]),
      ...keptChanges(object, was, is),
    ],
  );
}

/** The body alone: what stands around it is compared by itself, and can be written in many ways. */
function bodyForm({ language, definition }: Routine): string {
  const form = sqlForm(definition);
  const quoted = / as '((?:[^']|'')*)'/u.exec(form)?.[1];
  const [body] = /\$\$ [^]* \$\$|'[^]*'| begin atomic [^]*| return [^]*/u.exec(form) ?? [form];
  const text = quoted === undefined ? body : `$$ ${sqlForm(quoted.replaceAll("''", "'"))} $$`;
  return `${language} ${text.replaceAll(/ ?; \$\$$/gu, ' $$$$')}`;
}
