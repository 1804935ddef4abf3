/** What the program's exit code says. */
export const EXIT = {
  /** No errors. Warnings do not fail a run. */
  clean: 0,
  /** Findings. */
  findings: 1,
  /** Usage, configuration, git, disk, or a rule that failed: the run says nothing about the migrations. */
  trouble: 2,
} as const;
