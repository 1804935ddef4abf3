import type { Runner } from './types.ts';

/**
 * How a statement gets out of the transaction that a runner would run it in, for people: a sentence that tells what to write
 * where. Tools that send a file without a transaction as one query still make one of several statements, so that the statement
 * must be alone, too.
 *
 * @param runner the tool that runs the migrations.
 */
export function outsideTransactionAdvice({ name, oneTransactionPerDeploy }: Runner): string {
  switch (name) {
    case 'prisma':
    case 'golang-migrate':
    case 'supabase':
      return 'Give it a migration of its own, with no other statement in it.';
    case 'goose':
      return 'Let its file say `-- +goose NO TRANSACTION`, and put it alone between `-- +goose StatementBegin` and `-- +goose StatementEnd`.';
    case 'dbmate':
      return 'Give it a migration of its own, with no other statement in it, that begins with `-- migrate:up transaction:false`.';
    case 'sqlx':
      return 'Give it a migration of its own, with no other statement in it, whose first line is `-- no-transaction`.';
    case 'diesel':
      return 'Give it a migration of its own, with no other statement in it, and a metadata.toml beside it that says `run_in_transaction = false`.';
    case 'flyway':
      return oneTransactionPerDeploy === true
        ? 'Switch `group` off, give it a migration of its own, and a file beside it, named as the migration with `.conf` behind it, that says `executeInTransaction=false`.'
        : 'Give it a migration of its own, and a file beside it, named as the migration with `.conf` behind it, that says `executeInTransaction=false`.';
    case 'drizzle':
      return 'Drizzle runs all pending migrations in one transaction: run it outside of them, from a script or by hand.';
    case 'numbered':
    case 'plain':
    case 'custom':
      return 'Give it a file of its own, with no other statement in it, and tell your runner to open no transaction for it.';
    default:
      return name satisfies never;
  }
}
