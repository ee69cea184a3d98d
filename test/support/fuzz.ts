/** How often a property is tried: a little in every run, as often as FUZZ_RUNS says in a soak, which names its seed; `costs` says how many others one costs. */
export function fuzz(runs = 100, costs = 1): { readonly numRuns: number; readonly seed?: number } {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  const numRuns = FUZZ_RUNS === undefined ? runs : Math.ceil(Number(FUZZ_RUNS) / costs);
  return { numRuns, ...(FUZZ_SEED === undefined ? {} : { seed: Number(FUZZ_SEED) }) };
}
