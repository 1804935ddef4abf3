import { dbmateLayout } from './dbmate.ts';
import { gooseLayout } from './goose.ts';
import type { Layout, Refusal, ScriptPart, ScriptRole } from './types.ts';

/** The tools that keep both scripts in one file, in sections that comments begin. */
export type SectionTool = 'goose' | 'dbmate';

/** The tool whose sections a file holds, Up or Down; undefined for a file without any. */
export function sectionTool(text: string): SectionTool | undefined {
  if (text.includes('+goose') && /^\ufeff?--[^\S\n]*\+goose[^\S\n]+(?:up|down)\b/im.test(text))
    return 'goose';
  return text.includes('migrate:') && /^\ufeff?--[^\S\n]*migrate:(?:up|down)\b/m.test(text)
    ? 'dbmate'
    : undefined;
}

/**
 * The part of a file that is a script, where no tool is known: a file with sections is read as the tool of these sections reads
 * it, whatever the file is called; any other file is one script as a whole.
 */
export function sectionPart(text: string, role: ScriptRole): ScriptPart | undefined {
  const tool = sectionTool(text);
  if (tool === undefined) return { within: { start: 0, end: text.length }, withoutTransaction: false };
  return layoutOfTool(tool).part?.(text, role);
}

/** Why the tool of a file's sections refuses the file, or its rollback alone. */
export function commentedRefusal(text: string, role?: ScriptRole): Refusal | undefined {
  const tool = sectionTool(text);
  return tool && layoutOfTool(tool).refusal?.(text, role);
}

/** The layout for files that hold a tool's sections under names that it would not find: each file holds its rollback, too. */
export function withSections(layout: Layout): Layout {
  return {
    ...layout,
    migrations(tree, folder) {
      const { entries, strays } = layout.migrations(tree, folder);
      return {
        entries: entries.map((entry) => ({ ...entry, rollback: entry.rollback ?? entry.forward })),
        strays,
      };
    },
  };
}

function layoutOfTool(tool: SectionTool): Layout {
  switch (tool) {
    case 'goose':
      return gooseLayout;
    case 'dbmate':
      return dbmateLayout;
    default:
      return tool satisfies never;
  }
}
