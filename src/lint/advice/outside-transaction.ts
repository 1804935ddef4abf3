import type { Runner, Transaction } from '../../input/runners/types.ts';

/** What is to get out of a transaction, and where it stands. */
export interface StandsIn {
  /** For people: `the DO block`; `it` by default. */
  readonly subject?: string | undefined;
  /** The transaction that it runs in now. */
  readonly transaction?: Transaction | undefined;
  /** True if its file has no other statement. */
  readonly alone?: boolean | undefined;
  /** True if it is one that waits for every older transaction, as CREATE INDEX CONCURRENTLY does. */
  readonly waitsForOthers?: boolean | undefined;
}

/**
 * How a statement gets out of the transaction that a runner would run it in, for people: a sentence that tells what to write
 * where. Only what is missing is said: a statement that is alone needs no file of its own, and a file that asks for no transaction
 * already lacks something else. Tools that send a file without a transaction as one query still make one of several statements,
 * so that the statement must be alone, too.
 *
 * @param runner the tool that runs the migrations.
 */
export function outsideTransactionAdvice(runner: Runner, place: StandsIn = {}): string {
  const { subject = 'it', transaction } = place;
  const asks = transaction?.kind === 'implicit' && runner.modeWithoutTransaction !== undefined;
  if (asks) return adviceForAsking(runner, subject);
  const advice = place.alone === true ? adviceForAlone(runner, subject) : adviceFor(runner, subject);
  const lock = place.waitsForOthers === true ? flywayLockAdvice(runner) : '';
  return lock === '' ? advice : `${advice} ${lock}`;
}

/**
 * Flyway holds a lock in a transaction of its own while it migrates, by default: a statement that waits for all older transactions
 * then waits for that one, and Flyway for the statement (flyway/flyway issues 3497, 3682 and 3961). Empty for other tools, and
 * where the lock is switched off.
 */
export function flywayLockAdvice({ locksInTransaction }: Runner): string {
  return locksInTransaction === true
    ? 'Set `flyway.postgresql.transactional.lock=false` as well: else it waits for Flyway’s own lock, and never ends.'
    : '';
}

function adviceFor({ name, oneTransactionPerDeploy }: Runner, subject: string): string {
  switch (name) {
    case 'prisma':
    case 'golang-migrate':
    case 'supabase':
      return `Give ${subject} a migration of its own, with no other statement in it.`;
    case 'goose':
      return `Let its file say \`-- +goose NO TRANSACTION\`, and put ${subject} alone between \`-- +goose StatementBegin\` and \`-- +goose StatementEnd\`.`;
    case 'dbmate':
      return `Give ${subject} a migration of its own, with no other statement in it, that begins with \`-- migrate:up transaction:false\`.`;
    case 'sqlx':
      return `Give ${subject} a migration of its own, with no other statement in it, whose first line is \`-- no-transaction\`.`;
    case 'diesel':
      return `Give ${subject} a migration of its own, with no other statement in it, and a metadata.toml beside it that says \`run_in_transaction = false\`.`;
    case 'flyway':
      return oneTransactionPerDeploy === true
        ? `Switch \`group\` off, give ${subject} a migration of its own, and a file beside it, named as the migration with \`.conf\` behind it, that says \`executeInTransaction=false\`.`
        : `Give ${subject} a migration of its own, and a file beside it, named as the migration with \`.conf\` behind it, that says \`executeInTransaction=false\`.`;
    case 'drizzle':
      return `Drizzle runs all pending migrations in one transaction: run ${subject} outside of them, from a script or by hand.`;
    case 'numbered':
    case 'plain':
    case 'custom':
      return `Give ${subject} a file of its own, with no other statement in it, and tell your runner to open no transaction for it.`;
    default:
      return name satisfies never;
  }
}

/** The modes in which one statement by itself commits by itself. */
const SENDS_ALONE: ReadonlySet<Runner['mode']> = new Set(['one query', 'pipeline', 'statement by statement']);

/** What a file lacks that holds nothing else. */
function adviceForAlone(runner: Runner, subject: string): string {
  const { name, oneTransactionPerDeploy } = runner;
  switch (name) {
    case 'goose':
      return 'Put `-- +goose NO TRANSACTION` on the first line of this file.';
    case 'dbmate':
      return 'Write its section mark as `-- migrate:up transaction:false`.';
    case 'sqlx':
      return 'Put `-- no-transaction` on the first line of this file.';
    case 'diesel':
      return 'Put a metadata.toml beside this file that says `run_in_transaction = false`.';
    case 'flyway': {
      const file =
        'ut a file beside this one, named as it with `.conf` behind it, that says `executeInTransaction=false`.';
      return oneTransactionPerDeploy === true ? `Switch \`group\` off, and p${file}` : `P${file}`;
    }
    case 'prisma':
    case 'golang-migrate':
    case 'supabase':
    case 'numbered':
    case 'plain':
    case 'custom':
      if (SENDS_ALONE.has(runner.mode)) return 'Alone in its file, it then runs in no transaction.';
      return 'Tell your runner to open no transaction for this file.';
    case 'drizzle':
      return adviceFor(runner, subject);
    default:
      return name satisfies never;
  }
}

/** What a file lacks that asks for no transaction, and yet has its statements in one, PostgreSQL’s own. */
function adviceForAsking({ name, label }: Runner, subject: string): string {
  return name === 'goose'
    ? `This file asks for no transaction, but statements on one line, or between the same \`-- +goose StatementBegin\` and \`-- +goose StatementEnd\`, are sent as one query: put ${subject} alone there.`
    : `This file asks for no transaction, but ${label} sends all its statements as one query: move the others to another file, so that ${subject} is alone.`;
}
