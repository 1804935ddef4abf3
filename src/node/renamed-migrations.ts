import type { ReadProject } from '../input/project/types.ts';
import { composedNames } from '../repair/place/composed-names.ts';

/** So many are named one by one. */
const FEW = 3;

/** What migrations are called after all passes of fixes, project by project. */
export class RenamedMigrations {
  readonly #projects = new Map<
    string,
    { readonly ids: ReadonlySet<string>; names: ReadonlyMap<string, string> }
  >();

  /** Takes note of what a pass has renamed in a project. */
  note({ found: { folder }, migrations }: ReadProject, renamed: ReadonlyMap<string, string>): void {
    const known = this.#projects.get(folder);
    if (known !== undefined) known.names = composedNames(known.names, renamed);
    else this.#projects.set(folder, { ids: new Set(migrations.map(({ id }) => id)), names: renamed });
  }

  /** For people: one sentence each. What the fixes themselves have made is not told of. */
  notes(): readonly string[] {
    return [...this.#projects.values()].flatMap(({ ids, names }) => {
      const renamed = [...names].filter(([from, to]) => ids.has(from) && from !== to);
      const sentences = renamed.map(([from, to]) => `${from} is ${to} now.`);
      if (sentences.length <= FEW) return sentences;
      const [first = '', ...others] = sentences;
      return [`${first.slice(0, -1)}, and ${others.length} other pending migrations have other names, too.`];
    });
  }
}
