import type { CreateIndex, Operation } from '../operations/types.ts';

/** What to write instead of a form that fails the second time. */
export interface RunAgainAdvice {
  readonly statement: string;
  readonly form: string;
  /** What the first run leaves behind. */
  readonly reason: string;
}

const created = (what: string, form = `CREATE ${what} IF NOT EXISTS`): RunAgainAdvice => ({
  statement: `CREATE ${what}`,
  form,
  reason: 'it already exists then',
});

const dropped = (what: string): RunAgainAdvice => ({
  statement: `DROP ${what}`,
  form: `DROP ${what} IF EXISTS`,
  reason: 'it is gone by then',
});

/** For what has no IF NOT EXISTS of its own. */
const dropFirst = (what: string): RunAgainAdvice => created(what, `DROP ${what} IF EXISTS before it`);

/**
 * What fails when a script is run a second time, and the form that does not.
 *
 * @param operation one that makes or drops something.
 * @param version PostgreSQL's major version: CREATE OR REPLACE TRIGGER came with 14.
 * @returns undefined for what can be run again, and for what nobody should run so: IF NOT EXISTS would skip an invalid index that
 *   CONCURRENTLY has left.
 */
export function runAgainAdvice(operation: Operation, version: number): RunAgainAdvice | undefined {
  switch (operation.kind) {
    case 'CreateTable':
    case 'CreateTableAs':
      return operation.persistence === 'temporary' ? undefined : created('TABLE');
    case 'CreateIndex':
      return operation.concurrently ? undefined : created(indexWords(operation));
    case 'CreateSchema':
      return created('SCHEMA');
    case 'CreateSequence':
      return operation.persistence === 'temporary' ? undefined : created('SEQUENCE');
    case 'CreateExtension':
      return created('EXTENSION');
    case 'CreateMaterializedView':
      return created('MATERIALIZED VIEW');
    case 'CreateView':
      return operation.temporary ? undefined : created('VIEW', 'CREATE OR REPLACE VIEW');
    case 'CreateFunction':
      return created(
        operation.routineKind.toUpperCase(),
        `CREATE OR REPLACE ${operation.routineKind.toUpperCase()}`,
      );
    case 'CreateTrigger':
      if (version < 14 || operation.constraint) return dropFirst('TRIGGER');
      return created('TRIGGER', 'CREATE OR REPLACE TRIGGER');
    case 'CreatePolicy':
      return dropFirst('POLICY');
    case 'CreateEnum':
    case 'CreateDomain':
    case 'CreateType':
      return created('TYPE', 'it in a DO block that catches duplicate_object');
    case 'AddColumn':
      return { ...created('COLUMN'), statement: 'ADD COLUMN', form: 'ADD COLUMN IF NOT EXISTS' };
    case 'AddConstraint':
      return { ...dropFirst('CONSTRAINT'), statement: 'ADD CONSTRAINT' };
    case 'AddEnumValue':
      return { ...created('VALUE'), statement: 'ADD VALUE', form: 'ADD VALUE IF NOT EXISTS' };
    default:
      return adviceForDrop(operation);
  }
}

/** What an index is called in the statement that makes it. */
export const indexWords = ({ unique }: Pick<CreateIndex, 'unique'>): string =>
  unique ? 'UNIQUE INDEX' : 'INDEX';

function adviceForDrop(operation: Operation): RunAgainAdvice | undefined {
  switch (operation.kind) {
    case 'DropTable':
      return dropped('TABLE');
    case 'DropColumn':
      return dropped('COLUMN');
    case 'DropConstraint':
      return dropped('CONSTRAINT');
    case 'DropIndex':
      return operation.concurrently ? undefined : dropped('INDEX');
    case 'DropView':
      return dropped('VIEW');
    case 'DropMaterializedView':
      return dropped('MATERIALIZED VIEW');
    case 'DropSequence':
      return dropped('SEQUENCE');
    case 'DropType':
      return dropped('TYPE');
    case 'DropFunction':
      return dropped(operation.routineKind.toUpperCase());
    case 'DropTrigger':
      return dropped('TRIGGER');
    case 'DropPolicy':
      return dropped('POLICY');
    default:
      return undefined;
  }
}
