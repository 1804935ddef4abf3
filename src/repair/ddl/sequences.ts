import { displayName, quoteIdentifier } from '../../model/operations/display-name.ts';
import type { Sequence } from '../../model/catalog/types.ts';
import type { CreateHow } from './how.ts';

/** CREATE SEQUENCE, without its owner. One of an identity column is made with its column: nothing then. */
export function createSequence(sequence: Sequence, { again = false }: CreateHow = {}): readonly string[] {
  if (sequence.identity) return [];
  const type = sequence.type ?? sequence.options['as'];
  const as = type === undefined || type === 'bigint' ? '' : ` AS ${type}`;
  return [
    `CREATE SEQUENCE ${again ? 'IF NOT EXISTS ' : ''}${displayName(sequence.name)}${as}${sequenceOptionsText(sequence)}`,
  ];
}

/** ALTER SEQUENCE … OWNED BY. */
export function ownSequence({ name, ownedBy, identity }: Sequence): readonly string[] {
  if (ownedBy === undefined || identity) return [];
  const column = `${displayName(ownedBy.table)}.${quoteIdentifier(ownedBy.column)}`;
  return [`ALTER SEQUENCE ${displayName(name)} OWNED BY ${column}`];
}

/** The grammar's names of a sequence's options, as CREATE SEQUENCE writes them. RESTART says nothing of a new one. */
const optionWords: Readonly<Record<string, string>> = {
  increment: 'INCREMENT BY',
  minvalue: 'MINVALUE',
  maxvalue: 'MAXVALUE',
  start: 'START WITH',
  cache: 'CACHE',
};

/** A sequence's options with a space in front: ` INCREMENT BY 2 START WITH 10 CYCLE`. */
export function sequenceOptionsText({ options }: Pick<Sequence, 'options'>): string {
  return Object.entries(options)
    .flatMap(([name, value]) => {
      if (name === 'cycle') return value === 'false' ? [] : [' CYCLE'];
      const words = optionWords[name];
      if (words === undefined) return [];
      // NO MINVALUE and NO MAXVALUE are the defaults.
      return /^-?\d+$/.test(value) ? [` ${words} ${value}`] : [];
    })
    .join('');
}
