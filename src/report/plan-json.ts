import { jsonText } from './json-text.ts';
import type { PlannedChange } from './planned-change.ts';
import { TOOL_NAME } from './tool.ts';

/** The version of the format. It grows only when a key changes its meaning or goes. */
const FORMAT_VERSION = 1;

/** A planned change as one JSON object, for programs: the keys of {@link PlannedChange}. */
export function planJson(planned: PlannedChange, version: string): string {
  return jsonText({ version: FORMAT_VERSION, tool: { name: TOOL_NAME, version }, ...planned });
}
