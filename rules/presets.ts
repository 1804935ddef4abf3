import type { BuiltPresets } from 'migration-lint';

/** What each preset says besides turning on the rules that name it. A side of a contradiction between policies is said here once. */
export const presets: BuiltPresets = {
  supabase: { summary: 'A Supabase project: tables of exposed schemas have row-level security and policies.' },
  'policy-a': { summary: 'Policy A.' },
  'policy-b': { summary: 'Policy B.' },
  'policy-c': { summary: 'Policy C.' },
  'policy-d': { summary: 'Policy D.' },
  'policy-e': { summary: 'Policy E.' },
};
