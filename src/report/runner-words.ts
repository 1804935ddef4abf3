import type { Runner } from '../input/runners/types.ts';

/** What a runner does about transactions, for people: `a file is one transaction`; `assumed` where nobody knows. */
export function transactionWords(runner: Runner): string {
  const words = runner.oneTransactionPerDeploy === true ? DEPLOY : modeWords(runner.mode);
  return runner.assumed === true && runner.name !== 'prisma' ? `${words}, assumed` : words;
}

const DEPLOY = 'all pending migrations are one transaction';

function modeWords(mode: Runner['mode']): string {
  switch (mode) {
    case 'one query':
      return 'a file is one query: a transaction, unless it is a single statement';
    case 'one transaction':
    case 'one transaction of statements':
      return 'a file is one transaction';
    case 'statement by statement':
      return 'each statement commits by itself';
    case 'pipeline':
      return 'a file is one pipeline: a transaction, unless it is a single statement';
    case 'one transaction if possible':
      return 'a file is one transaction, unless its statements refuse one';
    case 'one transaction unless refused':
      return 'a file is one transaction, unless one of its statements refuses that';
    default:
      return mode satisfies never;
  }
}
