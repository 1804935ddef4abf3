import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { reporters, type FormatName } from '../report/formats.ts';
import { wantsColor } from './color.ts';
import type { LintFlags } from './commands/lint.ts';
import type { Environment } from './environment.ts';
import { EXIT } from './exit.ts';
import { explainError } from './explain-error.ts';
import { version } from './version.ts';

/**
 * Runs the program.
 *
 * @param args the command line without `node` and the script.
 * @returns the exit code. Never throws: trouble is told on standard error.
 */
export async function runProgram(args: readonly string[], environment: Environment): Promise<number> {
  let code: number = EXIT.clean;
  const program = createProgram(environment, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.trouble;
    environment.stderr.write(
      explainError(error, wantsColor(undefined, environment.environment, environment.stderr.isTTY === true)),
    );
    return EXIT.trouble;
  }
}

const EXAMPLES = `
Examples:
  migration-lint                      judge what is pending in the projects of this repository
  migration-lint --base origin/main   the same, said explicitly
  migration-lint --all                judge the whole history, each migration as the next one
  migration-lint -f sarif -o out.sarif   for code scanning
  migration-lint explain no-rename-column

Exit codes: 0 no errors found, 1 errors found, 2 the run could not be made.`;

function createProgram(environment: Environment, done: (code: number) => void): Command {
  const program = new Command('migration-lint')
    .description(
      'Lints PostgreSQL migrations: what each pending one will do to a live database, and how to make it safe.',
    )
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .argument(
      '[paths...]',
      'migrations folders, migrations, schema.prisma or .sql files (default: finds them)',
    )
    .option('--base <revision>', 'what is in this git revision is applied')
    .option('--applied-through <migration>', 'migrations up to this one are applied')
    .option('--all', 'judge every migration as the next one to deploy')
    .option('--postgres <major>', 'PostgreSQL version, 13 to 18 (default: 15)', postgresVersion)
    .option('--prisma <version>', 'Prisma version, where the lock file does not say it')
    .addOption(
      new Option('-f, --format <format>', 'how to show the outcome')
        .choices(Object.keys(reporters))
        .default('stylish'),
    )
    .option('-o, --output-file <file>', 'write the outcome to a file')
    .option('-c, --config <file>', 'configuration file (default: the nearest .migrationlintrc)')
    .option('--color', 'colour the output')
    .option('--no-color', 'do not colour the output')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => void environment.stdout.write(text),
      writeErr: (text) => void environment.stderr.write(text),
      getOutHelpWidth: () => environment.stdout.columns ?? 100,
    })
    .action(async (paths: string[], flags: LintFlags & { readonly format: FormatName }) => {
      const { lint } = await import('./commands/lint.ts');
      done(await lint(paths, { ...flags, color: colorFlag(program) }, environment));
    });
  program
    .command('explain')
    .description('explain a rule: why, what to do instead, examples and their proofs')
    .argument('<rule>', 'its name')
    .exitOverride()
    .action(async (name: string) => {
      const { explain } = await import('./commands/explain.ts');
      environment.stdout.write(explain(name));
    });
  return program;
}

// commander sets `color` to true when only --no-color is declared with a default: ask where the value came from.
function colorFlag(program: Command): boolean | undefined {
  return program.getOptionValueSource('color') === 'cli'
    ? (program.getOptionValue('color') as boolean)
    : undefined;
}

function postgresVersion(text: string): number {
  const version = Number(text);
  if (!Number.isInteger(version) || version < 13 || version > 18) {
    throw new InvalidArgumentError('It takes a major version from 13 to 18.');
  }
  return version;
}
