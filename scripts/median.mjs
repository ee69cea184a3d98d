/** The middle of some figures, which one of them that is far off does not move. */
export function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
