/** Names of tables that a rollback may leave or make, since they save what would be lost: the default of rules that ask. */
export const KEPT_TABLES: readonly string[] = [
  '*backup*',
  '*_bak',
  '*_bak_*',
  '*_saved',
  '*_saved_*',
  '*_copy',
  '*_archive',
  '*_old',
];
