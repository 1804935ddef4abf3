import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { NAMED_LAYOUTS } from '../input/layouts/layouts.ts';
import { reporters, type FormatName } from '../report/formats.ts';
import { wantsColor } from './color.ts';
import type { EffectsFlags } from './commands/effects.ts';
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
  migration-lint effects 0042_add_index.sql   what each statement locks, and for how long

Exit codes: 0 no errors found, 1 errors found, 2 the run could not be made.`;

function createProgram(environment: Environment, done: (code: number) => void): Command {
  const program = new Command('migration-lint')
    .description(
      'Lints PostgreSQL migrations: what each pending one will do to a live database, and how to make it safe.',
    )
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .argument('[paths...]', 'migrations folders, single migrations or .sql files (default: finds them)')
    .option('--base <revision>', 'what is in this git revision is applied')
    .option('--applied-through <migration>', 'migrations up to this one are applied')
    .option('--all', 'judge every migration as the next one to deploy')
    .option('--postgres <major>', 'PostgreSQL version, 13 to 18 (default: 15)', postgresVersion)
    .addOption(layoutOption())
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
    // The options of a command stand behind its name.
    .enablePositionalOptions()
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
  const effectsCommand = program
    .command('effects')
    .description('say what migrations do to a live database, statement by statement')
    .argument('<paths...>', 'single migrations or .sql files; of a folder the pending ones')
    .helpOption('-h, --help', 'print this help')
    .option('--postgres <major>', 'PostgreSQL version, 13 to 18 (default: 15)', postgresVersion)
    .addOption(layoutOption())
    .option('--prisma <version>', 'Prisma version, where the lock file does not say it')
    .addOption(
      new Option('-f, --format <format>', 'for people or for programs')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('-c, --config <file>', 'configuration file (default: the nearest .migrationlintrc)')
    .option('--color', 'colour the output')
    .option('--no-color', 'do not colour the output')
    .exitOverride()
    .action(async (paths: string[], flags: EffectsFlags) => {
      const { effects } = await import('./commands/effects.ts');
      done(await effects(paths, { ...flags, color: colorFlag(effectsCommand) }, environment));
    });
  return program;
}

// commander sets `color` to true when only --no-color is declared with a default: ask where the value came from.
function colorFlag(command: Command): boolean | undefined {
  return command.getOptionValueSource('color') === 'cli'
    ? (command.getOptionValue('color') as boolean)
    : undefined;
}

function layoutOption(): Option {
  return new Option('--layout <tool>', 'whose migrations these are, where their files do not say it').choices(
    NAMED_LAYOUTS,
  );
}

function postgresVersion(text: string): number {
  const version = Number(text);
  if (!Number.isInteger(version) || version < 13 || version > 18) {
    throw new InvalidArgumentError('It takes a major version from 13 to 18.');
  }
  return version;
}
