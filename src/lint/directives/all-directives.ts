import type { Script } from '../../input/sql/types.ts';
import type { FindingDraft } from '../finding.ts';
import type { Scene } from '../scene.ts';
import type { Directive, Suppression } from './directive.ts';
import { Directives, mayHaveDirectives, type DirectiveFacts } from './directives.ts';

/** The directives of all judged scripts. */
export class AllDirectives {
  /** By the path of their script; a file can hold two scripts. */
  readonly #byPath = new Map<string, { readonly of: Directives; readonly scene: Scene }[]>();

  /**
   * Reads those of a script, if it has any.
   *
   * @param scene of its migration.
   * @param facts worked out only for a script that has directives.
   */
  read(script: Script, scene: Scene, facts: () => DirectiveFacts): void {
    if (!mayHaveDirectives(script)) return;
    const { path } = script.source;
    const read = { of: new Directives(script, facts()), scene };
    this.#byPath.set(path, [...(this.#byPath.get(path) ?? []), read]);
  }

  /** The directive that takes a finding back, by its rule, file and place. */
  suppressionOf({ rule, path, place }: FindingDraft): Suppression | undefined {
    for (const { of } of this.#byPath.get(path) ?? []) {
      const found = of.suppressionOf(rule, place);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** All of them, with the scenes of their migrations. Which are of use is known once all findings have been asked about. */
  all(): readonly { readonly directive: Directive; readonly scene: Scene }[] {
    return [...this.#byPath.values()]
      .flat()
      .flatMap(({ of, scene }) => of.directives().map((directive) => ({ directive, scene })));
  }
}
