import { reporters } from '../report/formats.ts';

/** What `--help` prints: every option, on one screen. docs/command-line.md says more of each. */
export const HELP = `Usage: migration-lint [options] [paths...]
       migration-lint <command> [options]

Lints PostgreSQL migrations: what each pending one will do to a live database.
Paths: migrations folders, single migrations, .sql files (default: finds them).

Commands, each with --help:
  init                   write a configuration for what is found here
  print-config [path]    the configuration that counts, and its origins
  explain <rule>         why, what to do instead, examples and their proofs
  effects <paths...>     what each statement locks, and for how long
  verify [paths...]      run migrations and rollbacks on a PostgreSQL
  plan <change> <name>   safe steps to rename, type, drop or require it
  baseline <action>      write, update or prune the file of known findings
  stats --url <url>      measure the tables: small ones matter less
What is pending:
  --base <revision>      all that this git revision does not have
  --applied-through <m>  all after this migration
  --all                  the whole history, each as the next one to deploy
Which of it is judged:
  --staged, --changed    what is staged; what differs from the last commit
  --since <revision>     what this branch has changed since it left there
  --after <migration>    later ones only; --ignore-pattern <glob>: not these
  --stdin                a script; --stdin-filename <file>: where it would lie
Rules:
  --rule 'no-data-loss: warning', --only <names>, --skip <names>
  --baseline <file>      known findings; --no-baseline shows them, too
Project:
  -c, --config <file>    configuration (default: the nearest .migrationlintrc)
  --layout <tool>, --prisma <version>, --postgres <major>, --now <date>
  --list-rules, --show-files   the rules as set; each migration, and why
Outcome:
  --fix, --unsafe-fixes  mend what is pending; with --dry-run print the patch
  -f, --format <format>  ${Object.keys(reporters).join(', ')}
  -o, --output-file <file>, --report <format=file>, the latter several times
  --fail-on <severity>   error (default), warning, info; --exit-zero: nothing
  --max-warnings <n>     fail above n; --quiet shows only what fails the run
  --sarif-include-suppressed, --timing, --color, --no-color, --version, --help

Exit codes: 0 nothing that fails the run, 1 findings, 2 no run could be made.
`;
