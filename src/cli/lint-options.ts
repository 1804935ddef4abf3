import { InvalidArgumentError, Option, type Command } from 'commander';
import { didYouMean } from '../input/text/nearest.ts';
import { NAMED_LAYOUTS } from '../input/layouts/layouts.ts';
import {
  CHECK_CHOICES,
  ENGINE_VERSIONS,
  LONGEST_TIME_LIMIT,
  type CheckChoice,
  type EngineName,
} from '../config/verify-settings.ts';
import type { RuleEntry } from '../lint/plugin.ts';
import { reporters, type FormatName } from '../report/formats.ts';
import type { ReportFlag, RuleFlag } from './lint-flags.ts';

const FORMATS = Object.keys(reporters);

/** Adds the options of a lint run. `help.ts` and docs/command-line.md say what they are for. */
export function addLintOptions(program: Command): Command {
  addSelectionOptions(addProjectOptions(program), 'judge')
    .option('--stdin', 'judge a script from standard input')
    .option('--stdin-filename <file>', 'where that script would lie')
    .option('--rule <setting>', 'set a rule: name: severity', collectWith(ruleFlag))
    .option('--only <names>', 'run these rules only', collectNames)
    .option('--skip <names>', 'leave these rules out', collectNames)
    .option('--baseline <file>', 'findings that are known')
    .option('--no-baseline', 'show known findings, too')
    .option('--now <date>', 'what counts as today', date)
    .option('-f, --format <format>', 'how to show the outcome', oneOf(FORMATS), 'stylish')
    .option('-o, --output-file <file>', 'write the outcome to a file')
    .option('--report <format=file>', 'write the outcome to a file as well', collectWith(reportFlag))
    .option(
      '--fail-on <severity>',
      'the least severity that fails a run',
      oneOf(['error', 'warning', 'info']),
    )
    .option('--max-warnings <count>', 'fail above so many warnings', count)
    .option('--exit-zero', 'do not fail because of findings')
    .option('--quiet', 'show only what fails the run')
    .option('--sarif-include-suppressed', 'keep suppressed findings in SARIF')
    .option('--fix', 'mend what can be mended safely, in pending migrations')
    .option('--unsafe-fixes', 'also what may change data or what the application sees')
    .option('--dry-run', 'with --fix: print the patch, write nothing')
    .option('--list-rules', 'print the rules and their settings')
    .option('--show-files', 'print the migrations: applied or pending, and why')
    .option('--timing', 'say where the time went, on standard error');
  return program;
}

/** Adds the options that say what is pending, and which of it is looked at. @param does what is done with it: `judge`. */
export function addSelectionOptions(command: Command, does: string): Command {
  return command
    .option('--base <revision>', 'what is in this git revision is applied')
    .option('--applied-through <migration>', 'migrations up to this one are applied')
    .option('--all', `${does} every migration as the next one to deploy`)
    .option('--staged', `${does} only what is staged, as the index has it`)
    .option('--changed', `${does} only what differs from the last commit`)
    .option('--since <revision>', `${does} only what this branch has changed since it left there`)
    .option('--after <migration>', `${does} only later migrations`)
    .option('--ignore-pattern <glob>', `do not ${does} these migrations`, collect);
}

/** Adds the options of `verify`. docs/verify.md says more of each. */
export function addVerifyOptions(command: Command): Command {
  return addSelectionOptions(addProjectOptions(command), 'verify')
    .option('--engine <engine>', 'pglite, or 13 to 18 for an embedded server (default: pglite)', engineName)
    .option('--url <url>', 'a scratch database on this server; env:NAME for the variable that holds it')
    .option('--checks <names>', `what to ask: ${CHECK_CHOICES.join(', ')} (default: all)`, checkChoices)
    .option('--no-rows', 'ask nothing of tables with sample rows')
    .option('--time-limit <seconds>', 'how long a query may take (default: 60)', timeLimit)
    .option('--no-cache', 'neither read nor write the cache')
    .option('--record', 'write what is proven to .migrationlint-proofs.json')
    .option(
      '--allow-cluster-changes',
      'also run what outlives the scratch database, or reaches the server’s machine',
    )
    .option('--i-know-this-is-disposable', 'with --url: use a server that looks like one that people need')
    .option('-f, --format <format>', 'how to show the outcome', oneOf(FORMATS), 'stylish')
    .option('-o, --output-file <file>', 'write the outcome to a file')
    .option(
      '--fail-on <severity>',
      'the least severity that fails a run',
      oneOf(['error', 'warning', 'info']),
    )
    .option('--exit-zero', 'do not fail because of what is refuted')
    .option('--quiet', 'show only what fails the run');
}

function engineName(text: string): EngineName {
  if (text === 'pglite') return text;
  const version = Number(text);
  const { first, last } = ENGINE_VERSIONS;
  if (!Number.isInteger(version) || version < first || version > last)
    throw new InvalidArgumentError(`It takes pglite, or a major version from ${first} to ${last}.`);
  return version;
}

function checkChoices(text: string, before: readonly CheckChoice[] = []): readonly CheckChoice[] {
  const names = text.split(',').map((name) => name.trim());
  return [...before, ...names.map((name) => oneOf(CHECK_CHOICES)(name) as CheckChoice)];
}

function timeLimit(text: string): number {
  const seconds = Number(text);
  if (!/^\d+$/u.test(text) || seconds < 1 || seconds > LONGEST_TIME_LIMIT)
    throw new InvalidArgumentError(`It takes seconds, a whole number from 1 to ${LONGEST_TIME_LIMIT}.`);
  return seconds;
}

/** Adds the options that say what a project is, which every command has. */
export function addProjectOptions(command: Command): Command {
  return command
    .option('--postgres <major>', 'PostgreSQL version, 13 to 18 (default: 15)', postgresVersion)
    .addOption(
      new Option('--layout <tool>', 'whose migrations these are, where their files do not say it').argParser(
        oneOf(NAMED_LAYOUTS),
      ),
    )
    .option('--prisma <version>', 'Prisma version, where the lock file does not say it')
    .option('-c, --config <file>', 'configuration file (default: the nearest .migrationlintrc)')
    .option('--color', 'colour the output')
    .option('--no-color', 'do not colour the output');
}

/** A parser that takes one of some names, and helps with a misspelt one. */
export function oneOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    if (names.includes(text)) return text;
    throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.${didYouMean(text, names)}`);
  };
}

function postgresVersion(text: string): number {
  const version = Number(text);
  if (!Number.isInteger(version) || version < 13 || version > 18) {
    throw new InvalidArgumentError('It takes a major version from 13 to 18.');
  }
  return version;
}

/** A parser that keeps each value of an option that can be given several times. */
export const collect = (text: string, before: readonly string[] = []): readonly string[] => [...before, text];

function collectNames(text: string, before: readonly string[] = []): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0)
    throw new InvalidArgumentError('It takes names of rules: no-data-loss,no-rename-column.');
  return [...before, ...names];
}

function collectWith<Value>(parse: (text: string) => Value) {
  return (text: string, before: readonly Value[] = []): readonly Value[] => [...before, parse(text)];
}

/** `name: severity`, or `name: ["severity", { "option": "value" }]`. */
function ruleFlag(text: string): RuleFlag {
  const [, name, said] = /^\s*([\w@/-]+)\s*:\s*(\S.*)$/su.exec(text) ?? [];
  if (name === undefined || said === undefined)
    throw new InvalidArgumentError("It takes a rule and its setting: 'no-data-loss: warning'.");
  // Whether it is a setting is for those to say who know the rule.
  if (!said.startsWith('[')) return { name, entry: said.trim() as RuleEntry };
  try {
    return { name, entry: JSON.parse(said) as RuleEntry };
  } catch (error) {
    throw new InvalidArgumentError(`The setting is no JSON: ${(error as Error).message}.`);
  }
}

function reportFlag(text: string): ReportFlag {
  const [, format, file] = /^([^=]*)=(.+)$/su.exec(text) ?? [];
  if (format === undefined || file === undefined)
    throw new InvalidArgumentError('It takes a format and a file: sarif=out.sarif.');
  return { format: oneOf(FORMATS)(format) as FormatName, file };
}

function count(text: string): number {
  if (!/^\d+$/u.test(text)) throw new InvalidArgumentError('It takes a whole number from 0.');
  return Number(text);
}

function date(text: string): Date {
  const day = new Date(`${text}T12:00:00Z`);
  const isDay = /^\d{4}-\d\d-\d\d$/u.test(text) && !Number.isNaN(day.getTime());
  if (!isDay || day.toISOString().slice(0, 10) !== text)
    throw new InvalidArgumentError('It takes a day such as 2026-12-31.');
  return day;
}
