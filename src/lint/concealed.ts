import { maskedText } from '../input/text/masked-text.ts';
import type { Place, SourceText, Span } from '../input/text/types.ts';
import { mayHoldSecret, writtenSecrets } from '../model/operations/secrets.ts';
import type { Operation } from '../model/operations/types.ts';
import type { FindingDraft } from './finding.ts';

/**
 * Passwords and keys of judged migrations, which no report shows: an excerpt of their file has asterisks in their place,
 * whichever rule the excerpt is for. Logs of a pipeline and uploaded results are read by more people than the file is.
 */
export class ConcealedSecrets {
  readonly #bySource = new Map<SourceText, Span[]>();
  readonly #masked = new Map<SourceText, SourceText>();

  /** Conceals what operations are written with. To be called before any finding is shown. */
  addFrom(operations: readonly Operation[]): void {
    for (const operation of operations) {
      if (!mayHoldSecret(operation)) continue;
      for (const { text } of writtenSecrets(operation)) this.#add(text);
    }
  }

  /** @returns the finding with its places, and those that belong to it, in texts without what is concealed. */
  hide<Shown extends FindingDraft>(finding: Shown): Shown {
    if (this.#bySource.size === 0) return finding;
    return {
      ...finding,
      place: finding.place === undefined ? undefined : this.#place(finding.place),
      related: finding.related.map((one) => ({ ...one, place: this.#place(one.place) })),
      ...(finding.held === undefined
        ? {}
        : { held: finding.held.map((one) => ({ ...one, since: this.#place(one.since) })) }),
    };
  }

  #add({ source, span }: Place): void {
    const spans = this.#bySource.get(source);
    if (spans === undefined) this.#bySource.set(source, [span]);
    else spans.push(span);
  }

  #place(place: Place): Place {
    const spans = this.#bySource.get(place.source);
    if (spans === undefined) return place;
    let source = this.#masked.get(place.source);
    if (source === undefined) {
      source = { ...place.source, text: maskedText(place.source.text, spans) };
      this.#masked.set(place.source, source);
    }
    return { source, span: place.span };
  }
}
