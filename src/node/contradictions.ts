/** Keys of a request of which one at most makes sense, and why. */
export const EXCLUSIVE_KEYS = [
  { keys: ['all', 'base', 'appliedThrough'], why: 'Each says what is applied. Give one of them.' },
  {
    keys: ['staged', 'changed', 'since', 'stdin'],
    why: 'Each says which migrations are judged. Give one of them.',
  },
] as const;
