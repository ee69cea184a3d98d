/** A distribution of times in little memory, however many there are: a percentile is off by a hundredth at most. */

/** From one bucket to the next. */
const GROWTH = 1.02;
const LOG = Math.log(GROWTH);

export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** Milliseconds; what is shorter than a hundredth of one counts as that. */
  add(milliseconds: number): void {
    const bucket = Math.round(Math.log(Math.max(0.01, milliseconds)) / LOG);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#total += 1;
  }

  /** By the nearest rank; undefined where there are none. */
  at(share: number): number | undefined {
    let left = Math.max(1, Math.ceil(this.#total * share));
    for (const bucket of [...this.#counts.keys()].toSorted((a, b) => a - b)) {
      left -= this.#counts.get(bucket) ?? 0;
      if (left <= 0) return GROWTH ** bucket;
    }
    return undefined;
  }
}
