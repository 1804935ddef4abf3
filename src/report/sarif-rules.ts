import type { MultiformatMessageString, ReportingConfiguration, ReportingDescriptor } from 'sarif';
import type { MessageTemplate, Severity } from '../lint/rule.ts';
import type { DescribedRule } from './types.ts';

/** The longest description that GitHub takes, in characters. */
const LONGEST_DESCRIPTION = 1_024;
/** GitHub keeps ten tags of a rule. */
const TAGS = 10;

/** A rule of the program as SARIF describes it, all its text static. */
export function ruleDescriptor({ meta }: DescribedRule): ReportingDescriptor {
  const help = [meta.rationale, `## Instead\n\n${meta.instead}`];
  if (meta.whenNotToUse !== undefined) help.push(`## When not to use it\n\n${meta.whenNotToUse}`);
  const markdown = help.join('\n\n');
  return {
    id: meta.name,
    name: pascalCase(meta.name),
    shortDescription: { text: description(meta.summary) },
    fullDescription: { text: description(meta.rationale) },
    help: { text: plainText(markdown), markdown },
    defaultConfiguration: { level: sarifLevel(meta.severity) },
    messageStrings: messageStrings(meta.messages),
    properties: {
      tags: ['postgresql', 'migrations', ...meta.policy.map((clause) => `policy/${clause}`)].slice(0, TAGS),
      precision: meta.severity === 'info' ? 'medium' : 'high',
      'problem.severity': meta.severity === 'info' ? 'recommendation' : meta.severity,
    },
  };
}

/** A rule that is none of the run's: one of the linter's own findings, such as a rule that failed. */
export function ownDescriptor(name: string, severity: Severity): ReportingDescriptor {
  const text = 'A finding of migration-lint about its own run.';
  return {
    id: name,
    name: pascalCase(name),
    shortDescription: { text },
    fullDescription: { text: `${text} It says that a part of the migrations may not have been judged.` },
    help: { text: 'The message says what happened and what to do.' },
    defaultConfiguration: { level: sarifLevel(severity) },
    properties: { tags: ['migration-lint'], precision: 'very-high', 'problem.severity': 'error' },
  };
}

/** SARIF's word for a severity. */
export function sarifLevel(severity: Severity): ReportingConfiguration.level {
  return severity === 'info' ? 'note' : severity;
}

/** The placeholders of a message in the order in which SARIF numbers them: as they first occur in both sentences. */
export function placeholders({ what, help }: MessageTemplate): readonly string[] {
  return [...new Set([...`${what} ${help}`.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name))];
}

function messageStrings(
  messages: Readonly<Record<string, MessageTemplate>>,
): Record<string, MultiformatMessageString> {
  return Object.fromEntries(
    Object.entries(messages).map(([id, template]) => {
      const names = placeholders(template);
      // Braces of the sentence itself are doubled, as SARIF wants; the rule's placeholders become numbers.
      const text = `${template.what} ${template.help}`.replaceAll(
        /\{\{(\w+)\}\}|[{}]/g,
        (match, name?: string) => (name === undefined ? match + match : `{${names.indexOf(name)}}`),
      );
      return [id, { text }];
    }),
  );
}

/** `no-disguised-rename` and `team/no-rename` as SARIF wants names: NoDisguisedRename, TeamNoRename. */
function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|[^a-z0-9]+)([a-z0-9]?)/gi, (_, first: string) => first.toUpperCase());
}

/** Markdown as one paragraph of plain text that ends with a period. */
function description(markdown: string): string {
  const text = plainText(markdown).replaceAll(/\s+/g, ' ').trim();
  const sentence = /[.!?]$/.test(text) ? text : `${text}.`;
  return sentence.length <= LONGEST_DESCRIPTION ? sentence : `${sentence.slice(0, LONGEST_DESCRIPTION - 1)}…`;
}

function plainText(markdown: string): string {
  return markdown
    .replaceAll(/^```.*\n?/gm, '')
    .replaceAll(/^#+ +/gm, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*|`/g, '')
    .trim();
}
