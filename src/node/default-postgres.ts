/** PostgreSQL's major version where nobody says another. */
export const DEFAULT_POSTGRES = 15;
