import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Argument, Command, CommanderError } from 'commander';
import { nearest } from '../input/text/nearest.ts';
import type { BaselineAction } from '../node/update-baseline.ts';
import { wantsColor } from './color.ts';
import type { BaselineFlags } from './commands/baseline.ts';
import type { EffectsFlags } from './commands/effects.ts';
import type { PlanFlags } from './commands/plan.ts';
import type { PrintConfigFlags } from './commands/print-config.ts';
import type { StatsFlags } from './commands/stats.ts';
import type { VerifyFlags } from './commands/verify.ts';
import type { Environment } from '../node/environment.ts';
import { EXIT } from './exit.ts';
import { UsageError } from '../node/usage-error.ts';
import { explainError } from './explain-error.ts';
import { HELP } from './help.ts';
import type { LintFlags } from './lint-flags.ts';
import { addLintOptions, addProjectOptions, addVerifyOptions, collect, oneOf } from './lint-options.ts';
import { version } from '../node/version.ts';
import { tuneForLongRuns } from './tuning.ts';

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
    await program.parseAsync(withCommand(args), { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.clean : EXIT.trouble;
    environment.stderr.write(
      explainError(error, wantsColor(undefined, environment.environment, environment.stderr.isTTY === true)),
    );
    return EXIT.trouble;
  }
}

/** What to give where an argument or option is missing. */
const MISSING: Readonly<Record<string, string>> = {
  rule: 'Give the name of a rule: migration-lint explain no-data-loss. All rules: migration-lint --list-rules',
  paths: 'Give migrations, .sql files or a folder of them: migration-lint effects path/to/migration',
  change: 'It is rename, type, drop or require: migration-lint plan rename users.username display_name',
  name: 'Give a column or table: migration-lint plan rename users.username display_name',
  action: 'It is write, update or prune: migration-lint baseline write',
  '--url': 'Give the database as an option: migration-lint stats --url env:DATABASE_URL',
};

/** The words of commander as all other errors look: `error: unknown option '--al'`, and a guess in brackets. */
function asOtherErrors(text: string): string {
  const [first = '', ...rest] = text.trimEnd().split('\n');
  const message = first.replace(/^error: /u, '').replace(/(?<=\w|'|\))$/u, '.');
  const missing =
    /argument '(?<name>\w+)'/u.exec(first)?.groups?.['name'] ??
    /'(?<name>--\w+) </u.exec(first)?.groups?.['name'];
  const help =
    first.includes('issing required argument') || first.includes('not specified')
      ? MISSING[missing ?? '']
      : undefined;
  if (help !== undefined) rest.push(help);
  const lines = rest.map((line) => `  ${line.replace(/^\((?<guess>.*)\)$/u, '$<guess>')}\n`);
  return `✖ ${message.charAt(0).toUpperCase()}${message.slice(1)}\n${lines.join('')}`;
}

/** `--init` and `--print-config` are what other linters call these commands. */
function withCommand([first, ...rest]: readonly string[]): readonly string[] {
  if (first === undefined) return [];
  return [first === '--init' || first === '--print-config' ? first.slice(2) : first, ...rest];
}

/** The program with its commands and options. @param done called with the exit code. */
export function createProgram(environment: Environment, done: (code: number) => void): Command {
  const program = addLintOptions(new Command('migration-lint'))
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .argument('[paths...]')
    .exitOverride()
    // The options of a command stand behind its name.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: (text) => void environment.stdout.write(text),
      writeErr: (text) => void environment.stderr.write(text),
      outputError: (text, write) => write(asOtherErrors(text)),
    })
    .action(async (given: string[], flags: LintFlags) => {
      const names = program.commands.map((command) => command.name());
      refuseMisspeltCommand(given[0], names, environment.cwd);
      const isStdin = flags.stdin === true || given.includes('-');
      const paths = given.filter((path) => path !== '-');
      const { lint } = await import('./commands/lint.ts');
      done(
        await lint(
          paths,
          { ...flags, ...(isStdin && { stdin: true }), color: colorFlag(program) },
          environment,
        ),
      );
    });
  program.helpInformation = () => HELP;
  refuseBoth(program, 'baseline');
  addExplain(program, environment);
  addEffects(program, environment, done);
  addVerify(program, environment, done);
  addPlan(program, environment, done);
  addBaseline(program, environment, done);
  addStats(program, environment, done);
  addConfigurationCommands(program, environment, done);
  return program;
}

function addExplain(program: Command, environment: Environment): void {
  program
    .command('explain')
    .description('explain a rule: why, what to do instead, examples and their proofs')
    .argument('<rule>', 'its name')
    .option('-c, --config <file>', 'configuration that names the rule’s plugin (default: the nearest)')
    .exitOverride()
    .action(async (name: string, flags: { readonly config?: string }) => {
      const { explain } = await import('./commands/explain.ts');
      environment.stdout.write(await explain(name, flags, environment));
    });
}

function addEffects(program: Command, environment: Environment, done: (code: number) => void): void {
  const command = addProjectOptions(program.command('effects'))
    .description('say what migrations do to a live database, statement by statement')
    .argument('<paths...>', 'single migrations or .sql files; of a folder the pending ones')
    .helpOption('-h, --help', 'print this help')
    .option('-f, --format <format>', 'text or json', oneOf(['text', 'json']), 'text')
    .exitOverride()
    .action(async (paths: string[], flags: EffectsFlags) => {
      const { effects } = await import('./commands/effects.ts');
      done(await effects(paths, { ...flags, color: colorFlag(command) }, environment));
    });
}

function addVerify(program: Command, environment: Environment, done: (code: number) => void): void {
  const command = addVerifyOptions(program.command('verify'))
    .description(
      'Run the pending migrations and their rollbacks on a PostgreSQL, and say what is proven. By default on an embedded one, which ' +
        'needs no set-up; no database of yours is touched.',
    )
    .argument('[paths...]', 'migrations folders, single migrations, .sql files (default: finds them)')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .action(async (paths: string[], flags: VerifyFlags) => {
      tuneForLongRuns();
      const { verify } = await import('./commands/verify.ts');
      done(await verify(paths, { ...flags, color: colorFlag(command) }, environment));
    });
}

function addPlan(program: Command, environment: Environment, done: (code: number) => void): void {
  const command = addProjectOptions(program.command('plan'))
    .description(
      'Print the safe sequence for a change that is not written yet: migrations, drafts, what undoes them, what to deploy in between.',
    )
    .argument('<change>', 'rename, type, drop or require')
    .argument('<name>', 'a column or table: users.username, users')
    .argument('[to]', 'the new name, or the new type')
    .helpOption('-h, --help', 'print this help')
    .option('--using <expression>', 'with type: how the values are converted')
    .option('--value <expression>', 'with require: what rows without a value get')
    .option('--in <folder>', 'the migrations folder (default: finds it)')
    .option('--write', 'write the migrations and drafts')
    .option('-f, --format <format>', 'text or json', oneOf(['text', 'json']), 'text')
    .exitOverride()
    .action(async (change: string, name: string, to: string | undefined, flags: PlanFlags) => {
      const { plan } = await import('./commands/plan.ts');
      const what = [change, name, ...(to === undefined ? [] : [to])];
      done(await plan(what, { ...flags, color: colorFlag(command) }, environment));
    });
}

function addBaseline(program: Command, environment: Environment, done: (code: number) => void): void {
  const actions: readonly BaselineAction[] = ['write', 'update', 'prune'];
  const command = addProjectOptions(program.command('baseline'))
    .description(
      'Keep the file of known findings, which a run does not show again. All judge the whole history.\n\n' +
        '  write   make the file of all that is found now\n' +
        '  update  add what is new, drop what is gone\n' +
        '  prune   drop what is gone',
    )
    .addArgument(new Argument('<action>', 'write, update or prune').argParser(oneOf(actions)))
    .argument('[paths...]', 'migrations folders (default: finds them)')
    .helpOption('-h, --help', 'print this help')
    .option(
      '--baseline <file>',
      'the file (default: that of the configuration, or .migrationlint-baseline.json)',
    )
    .exitOverride()
    .action(async (action: BaselineAction, paths: string[], flags: BaselineFlags) => {
      const { baseline } = await import('./commands/baseline.ts');
      done(await baseline(action, paths, { ...flags, color: colorFlag(command) }, environment));
    });
}

function addStats(program: Command, environment: Environment, done: (code: number) => void): void {
  const command = program
    .command('stats')
    .description(
      'Measure the tables of a database and write the statistics file, by which slow work on small tables is only ' +
        'information. It holds names, rows and bytes; nothing in the database is changed.',
    )
    .helpOption('-h, --help', 'print this help')
    .requiredOption(
      '--url <url>',
      'postgresql://user:password@host:5432/database, or env:NAME: the variable that holds it',
    )
    .option(
      '-o, --out <file>',
      'the file, - for standard output (default: that of the configuration, or .migrationlint-statistics.json)',
    )
    .option('--schema <name>', 'tables of this schema only; several times', collect)
    .option('-c, --config <file>', 'configuration file (default: the nearest .migrationlintrc)')
    .option('--color', 'colour the output')
    .option('--no-color', 'do not colour the output')
    .exitOverride()
    .action(async (flags: StatsFlags) => {
      const { stats } = await import('./commands/stats.ts');
      done(await stats({ ...flags, color: colorFlag(command) }, environment));
    });
}

function addConfigurationCommands(
  program: Command,
  environment: Environment,
  done: (code: number) => void,
): void {
  program
    .command('init')
    .description('write a configuration for the migrations that are found here')
    .helpOption('-h, --help', 'print this help')
    .exitOverride()
    .action(async () => {
      const { init } = await import('./commands/init.ts');
      done(await init(environment));
    });
  program
    .command('print-config')
    .description('print the configuration that counts, with where each value comes from')
    .argument(
      '[path]',
      'a migration, for what counts for it; a migrations folder (default: the current folder)',
    )
    .helpOption('-h, --help', 'print this help')
    .option('-f, --format <format>', 'text or json', oneOf(['text', 'json']), 'text')
    .option('-c, --config <file>', 'configuration file (default: the nearest .migrationlintrc)')
    .exitOverride()
    .action(async (path: string | undefined, flags: PrintConfigFlags) => {
      const { printConfig } = await import('./commands/print-config.ts');
      done(await printConfig(path, flags, environment));
    });
}

/** Refuses `--name` beside `--no-name`, of which commander takes the last. */
function refuseBoth(program: Command, name: string): void {
  const said = new Set<string>();
  for (const flag of [name, `no-${name}`])
    program.on(`option:${flag}`, () => {
      said.add(flag);
      if (said.size > 1)
        throw new UsageError(`--${name} and --no-${name} contradict each other.`, 'Give one of them.');
    });
}

/** A first argument that is no path but nearly a command is one that was misspelt. */
function refuseMisspeltCommand(argument: string | undefined, names: readonly string[], cwd: string): void {
  if (argument === undefined || !/^[a-z][a-z-]*$/u.test(argument) || existsSync(resolve(cwd, argument)))
    return;
  const command = nearest(argument, names);
  throw new UsageError(
    `There is no command ${argument}, and no such path.${command === undefined ? '' : ` Did you mean ${command}?`}`,
    `The commands are ${names.join(', ')}. All else is a path; migration-lint --help lists the options.`,
  );
}

// commander sets `color` to true when only --no-color is declared with a default: ask where the value came from.
function colorFlag(command: Command): boolean | undefined {
  return command.getOptionValueSource('color') === 'cli'
    ? (command.getOptionValue('color') as boolean)
    : undefined;
}
