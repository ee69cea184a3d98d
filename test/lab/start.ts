/** Gives a test file its own lab: says what it starts from, ends it, and tells of the host when something fails. */
import { afterAll, afterEach, beforeAll } from "vitest";
import { keepReport } from "./report.ts";
import { waitUntilUp } from "./services.ts";
import { lab } from "./support.ts";

/**
 * bare: booted, never had us. installed: the default stack, healthy, and the client is set up. small: that without
 * Opik, for what does not concern it: it boots in a third of the time. See test/lab/host/states.sh.
 */
export type State = "bare" | "installed" | "small";

/** A stack.yaml for the state "small", where Opik stays away, with other services set in another way. */
export function smallStack(services: Readonly<Record<string, object>> = {}): string {
  return `services: ${JSON.stringify({ opik: { enabled: false }, ...services })}\n`;
}

/** What it holds there from the beginning; other keys may stand before it. */
export const SMALL = smallStack();

/** LAB_REUSE=1 takes the lab LAB_NAME that runs, as it is: for working on one file. LAB_KEEP=1 leaves it running. */
const reuse = process.env["LAB_REUSE"] !== undefined;
const keep = process.env["LAB_KEEP"] !== undefined;

/** Healthy after a boot: about 20 s on an idle machine. */
const BOOT_SECONDS = 300;

interface Ended {
  readonly result?: { readonly state: string } | undefined;
  readonly tasks?: readonly Ended[];
}

export interface Options {
  readonly client?: "new";
  /** Those that only some labs want, and are made for the first that does. */
  readonly images?: "gateway" | "observability" | "gateway observability";
}

export function startFrom(state: State, { client, images }: Options = {}): void {
  let reported = false;
  const report = async (what: string) => {
    reported = true;
    console.error(await keepReport(what));
  };

  beforeAll(async () => {
    if (reuse) return;
    await lab(["down"]);
    const from = {
      ...(state === "bare" ? {} : { LAB_FROM: state }),
      ...(client === undefined ? {} : { LAB_CLIENT: client }),
      ...(images === undefined ? {} : { LAB_MORE_IMAGES: images }),
    };
    const up = await lab(["up"], { env: from });
    if (up.code !== 0) throw new Error(`the lab does not boot:\n${up.out}\n${up.err}`);
    if (state === "bare") return;
    const down = await waitUntilUp(BOOT_SECONDS);
    if (down.length > 0)
      throw new Error(`not healthy ${BOOT_SECONDS} s after the boot: ${JSON.stringify(down, null, 2)}`);
  });

  afterEach(async ({ task }) => {
    if (!reported && task.result?.state === "fail") await report(task.name);
  });

  // biome-ignore lint/correctness/noEmptyPattern: vitest wants a pattern before the second argument
  afterAll(async ({}, file: Ended) => {
    // A hook that failed is no test that did.
    if (!reported && hasFailed(file)) await report("a hook");
    if (!reuse && !keep) await lab(["down"]);
  });
}

function hasFailed(ended: Ended): boolean {
  return ended.result?.state === "fail" || (ended.tasks ?? []).some(hasFailed);
}
