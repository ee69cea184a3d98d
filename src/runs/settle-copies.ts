/** The end of a run that was well: copies of data go, but for those of earlier runs whose rows may be nowhere else any more. */
import { findNeeded } from "../apply/lost-data.ts";
import { dropSnapshots } from "../apply/snapshots.ts";
import { type UserError, userError } from "../model/diagnostic.ts";
import { copyOf } from "../record/snapshots.ts";
import type { System } from "../system/interfaces.ts";

export interface Settled {
  /** Why copies stay, in words. */
  readonly problems: readonly string[];
  /** Everything is as configured, and that is the trouble: nobody but a person knows whether the rows were to go. */
  readonly lost: UserError | undefined;
}

/** `run` is the one that ends here, and has counted what it copied. */
export async function settleCopies(system: System, run?: number): Promise<Settled> {
  const needed = await findNeeded(system, run);
  const stays = new Set(needed.flatMap(({ copies }) => copies.map(copyOf)));
  const undropped = await dropSnapshots(system, (snapshot) => !stays.has(copyOf(snapshot)));
  const lost = needed.filter(({ is }) => is === "lost");
  const unknown = needed.filter(({ is }) => is === "unknown").map(({ text }) => text);
  const problems = [...unknown, ...undropped];
  if (lost.length === 0) return { problems, lost: undefined };
  const first = Math.min(...lost.map((one) => one.run));
  const copies = lost.flatMap((one) => one.copies.map(copyOf)).join(" ");
  const back = `sudo install-quadlets rollback ${first - 1} brings back the data and the images of then`;
  const hint = `${back}; where they were to go: sudo rm -r ${copies}`;
  return { problems, lost: userError("data-lost", lost.map(({ text }) => text).join("\n"), hint) };
}
