/** Where the value of a secret is put aside, and for how long. */

/**
 * "kept": for when its service comes back. "given": by the site, before podman of its user could take it. While a secret
 * is rotated, "former": the way back, until the run is well; "next": what a database may have been told already. What the
 * site gives in a run of its own is "next", too. "run-12": what the site had given before that run, for as long as the run
 * can be taken back.
 */
export type Keeping = "kept" | "given" | "former" | "next" | `run-${number}`;

/** Where a value that the site gave may wait for podman, the newest first. Programs before "given" had it in "kept". */
export const WAITING = ["next", "given", "kept"] as const;

/** Where the way back of a step lies. */
export function asideFor(run: number | undefined, otherwise: "kept" | "former"): Keeping {
  return run === undefined ? otherwise : `run-${run}`;
}
