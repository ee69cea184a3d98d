/** How often a property is tried: a little in every run, as often as FUZZ_RUNS says in a soak, which names its seed. */
export function fuzz(runs = 100): { readonly numRuns: number; readonly seed?: number } {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  return { numRuns: Number(FUZZ_RUNS ?? runs), ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }) };
}
