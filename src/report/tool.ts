/** The program's name, in every format. */
export const TOOL_NAME = 'migration-lint';

/** Where people find the program. */
export const TOOL_PAGE = 'https://www.npmjs.com/package/migration-lint';
