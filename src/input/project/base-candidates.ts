/** Revisions that can be the base, the first that is there wins. */
export interface Candidates {
  readonly revisions: readonly { readonly revision: string; readonly label: string }[];
  /** What the user or the environment said. */
  readonly shown: string;
  /** The branch that a fetch would bring; undefined if no branch was named. */
  readonly branch: string | undefined;
  /** True if the user asked for it: nothing else will do then. */
  readonly explicit: boolean;
}

/**
 * The revisions that the command line, GitHub or GitLab name; undefined if none of them does.
 *
 * GitHub sets GITHUB_BASE_REF for pull requests only. GitLab's CI_MERGE_REQUEST_DIFF_BASE_SHA is the merge base at the time of
 * the push and stays behind when the target changes, so the target branch comes first where it was fetched.
 */
export function baseCandidates(
  base: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Candidates | undefined {
  if (base !== undefined && base !== '') return ofUser(base);
  const github = environment['GITHUB_BASE_REF'];
  if (isSet(github)) return ofBranch(github, undefined);
  const branch = environment['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'];
  const commit = environment['CI_MERGE_REQUEST_DIFF_BASE_SHA'];
  if (isSet(branch)) return ofBranch(branch, commit);
  if (!isSet(commit)) return undefined;
  return { revisions: [ofCommit(commit)], shown: commit.slice(0, 10), branch: undefined, explicit: false };
}

function ofUser(base: string): Candidates {
  const oneLine = base.replace(/[\r\n]/g, ' ');
  const revisions = [
    { revision: oneLine, label: oneLine },
    { revision: `refs/remotes/origin/${oneLine}`, label: `origin/${oneLine}` },
  ];
  const branch = /^(?:refs\/(?:heads|remotes\/origin)\/|origin\/)?([\w./-]+)$/.exec(oneLine)?.[1];
  const isCommit = /^[0-9a-f]{7,64}$/.test(oneLine) || /^(?:HEAD|FETCH_HEAD|ORIG_HEAD)$/.test(oneLine);
  return {
    revisions,
    shown: oneLine,
    branch: isCommit || branch?.startsWith('-') ? undefined : branch,
    explicit: true,
  };
}

function ofBranch(branch: string, commit: string | undefined): Candidates {
  const revisions = [
    { revision: `refs/remotes/origin/${branch}`, label: `origin/${branch}` },
    ...(isSet(commit) ? [ofCommit(commit)] : []),
    { revision: `refs/heads/${branch}`, label: branch },
  ];
  return { revisions, shown: `origin/${branch}`, branch, explicit: false };
}

function ofCommit(commit: string): { readonly revision: string; readonly label: string } {
  return { revision: commit, label: commit.slice(0, 10) };
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}
