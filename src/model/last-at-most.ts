/** Search by halves in what grows. */

/** The index of the last value that is at most `most`; 0 where there is none. */
export function lastAtMost(length: number, valueAt: (index: number) => number, most: number): number {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (valueAt(middle) <= most) low = middle;
    else high = middle - 1;
  }
  return low;
}
