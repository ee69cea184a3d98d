/** What one rule finds in one unit: past a bound in a file it is only counted, so that no file decides how much is held. */
import type { SourceFile } from "./unit-set.ts";

/** Far more than is shown, and more than a repair of any real file needs. */
export const MOST_KEPT = 10_000;

export class Gathered<One extends { readonly more?: number }> {
  readonly #kept: One[] = [];
  readonly #files = new Map<SourceFile, { number: number; last: number; more: number }>();

  add(file: SourceFile, make: () => One): void {
    const seen = this.#files.get(file) ?? { number: 0, last: 0, more: 0 };
    this.#files.set(file, seen);
    if (seen.number === MOST_KEPT) {
      seen.more++;
      return;
    }
    seen.number++;
    seen.last = this.#kept.push(make()) - 1;
  }

  /** The last one of a file says how many more there are. */
  all(): readonly One[] {
    for (const { last, more } of this.#files.values()) {
      const found = this.#kept[last];
      if (more > 0 && found !== undefined) this.#kept[last] = { ...found, more };
    }
    return this.#kept;
  }
}
