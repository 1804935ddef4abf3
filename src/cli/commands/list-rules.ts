import { families } from '../../../rules/index.ts';
import { gitRoot } from '../../input/files/git.ts';
import { chooseRules } from '../../node/rule-choice.ts';
import type { RunRequest } from '../../node/types.ts';
import { jsonText } from '../../report/json-text.ts';
import { readConfiguration } from '../../node/configuration.ts';
import type { Environment } from '../../node/environment.ts';
import { EXIT } from '../exit.ts';
import { UsageError } from '../../node/usage-error.ts';
import type { LintFlags } from '../lint-flags.ts';

/**
 * Prints every rule with how the nearest configuration and the flags set it.
 *
 * @returns the exit code.
 * @throws {UsageError} for mistakes in the configuration or the flags.
 */
export async function listRules(
  request: RunRequest,
  { format, config }: LintFlags,
  { cwd, stdout }: Environment,
): Promise<number> {
  const { configuration, rules } = await readConfiguration(config, cwd, gitRoot(cwd) ?? cwd, cwd);
  const enabled = new Map(
    chooseRules(rules, configuration, request).rules.map(({ rule, severity }) => [rule.meta.name, severity]),
  );
  const listed = rules
    .map(({ meta, plugin }) => ({
      name: meta.name,
      summary: meta.summary,
      family: families[meta.name] ?? plugin ?? null,
      severity: meta.severity,
      presets: meta.presets,
      setting: enabled.get(meta.name) ?? ('off' as const),
      aliases: meta.aliases ?? [],
      options: meta.options ?? {},
      policy: meta.policy,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  stdout.write(text(listed, format));
  return EXIT.clean;
}

interface ListedRule {
  readonly name: string;
  readonly summary: string;
  readonly setting: string;
}

function text(rules: readonly ListedRule[], format: LintFlags['format']): string {
  if (format === 'json') return jsonText({ version: 1, rules });
  if (format !== 'stylish')
    throw new UsageError(
      `--list-rules and --format ${format} contradict each other.`,
      'It prints text or json.',
    );
  const width = Math.max(...rules.map(({ name }) => name.length));
  const lines = rules.map(
    ({ name, summary, setting }) =>
      `${setting.padEnd(7)}  ${name.padEnd(width)}  ${summary.replaceAll('`', '')}`,
  );
  return `${lines.join('\n')}\n`;
}
