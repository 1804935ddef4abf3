/** How a runner treats transactions where the configuration says so: in words that fit every tool. */
export const TRANSACTION_WORDS = ['deploy', 'file', 'query', 'statement'] as const;

/**
 * - `deploy`: all pending migrations are one transaction.
 * - `file`: the runner opens a transaction around each file.
 * - `query`: each file is sent as one query, which PostgreSQL runs as one transaction if it holds several statements.
 * - `statement`: each statement is sent and commits by itself.
 */
export type TransactionWord = (typeof TRANSACTION_WORDS)[number];
