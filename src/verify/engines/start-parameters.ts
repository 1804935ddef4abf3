// PGlite's own parameters without -O, which lets anybody change system catalogs, and with a server's usual search_path. A time
// zone other than UTC, so that timestamp → timestamptz rewrites as it would in production. Of the usual 128 MB of buffers, most would
// be filled with zeros at each start and never used: that takes longer than everything else.
const settings = [
  'shared_buffers=16MB',
  'search_path="$user", public',
  'exit_on_error=false',
  'log_checkpoints=false',
  'max_worker_processes=0',
  'max_parallel_workers=0',
  'max_parallel_workers_per_gather=0',
  'max_parallel_maintenance_workers=0',
  'io_method=sync',
  'TimeZone=Europe/Berlin',
];

/** How PGlite is started: like a server of one's own, in a time zone that is not UTC. */
export const startParams: string[] = [
  '--single',
  '-F',
  '-j',
  ...settings.flatMap((setting) => ['-c', setting]),
];
