/** One lab for all lab tests: booted before the first, taken down after the last. */
import { lab } from "./support.ts";

export async function setup(): Promise<void> {
  await lab(["down"]);
  const up = await lab(["up"]);
  if (up.code !== 0) throw new Error(`the lab does not boot:\n${up.out}\n${up.err}`);
}

export async function teardown(): Promise<void> {
  // LAB_KEEP=1 leaves it running, to look at after a failure.
  if (process.env["LAB_KEEP"] === undefined) await lab(["down"]);
}
