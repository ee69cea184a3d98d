/** One lab for all lab tests: booted before the first, taken down after the last. */
import { lab } from "./support.ts";

/** LAB_REUSE=1 takes the lab that runs, as it is: for working on one file. */
const reuse = process.env["LAB_REUSE"] !== undefined;

export async function setup(): Promise<void> {
  if (!reuse) await lab(["down"]);
  const up = await lab(["up"]);
  if (up.code !== 0) throw new Error(`the lab does not boot:\n${up.out}\n${up.err}`);
}

export async function teardown(): Promise<void> {
  // LAB_KEEP=1 leaves it running, to look at after a failure.
  if (!reuse && process.env["LAB_KEEP"] === undefined) await lab(["down"]);
}
