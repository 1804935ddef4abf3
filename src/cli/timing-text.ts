import type { Timing } from '../node/types.ts';

/** The slowest rules are shown, the others summed up. */
const RULES = 10;

/** Where the time went, for people: stages, then the slowest rules. */
export function timingText({ stages, rules }: Timing): string {
  const shown = rules.slice(0, RULES);
  const rest = rules.slice(RULES).reduce((sum, { duration }) => sum + duration, 0);
  const rows = [
    ...stages.map(({ name, duration }) => row(duration, name)),
    ...shown.map(({ name, duration, calls }) => row(duration, `  ${name}, ${calls} calls`)),
    ...(rest > 0 ? [row(rest, `  ${rules.length - shown.length} other rules`)] : []),
  ];
  return `Time by stage, and in lint by rule:\n${rows.join('\n')}\n`;
}

function row(duration: number, name: string): string {
  return `${duration.toFixed(1).padStart(9)} ms  ${name}`;
}
