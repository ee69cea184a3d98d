/** Copies of runs that were cut off: is what was counted before them still there, now that all of it runs again? */
import { countAll } from "../facts/data.ts";
import { judgeCounts } from "../model/count.ts";
import { groupBy } from "../model/group-by.ts";
import { INDEX_PATH, type IndexedService, parseIndex } from "../model/index-file.ts";
import { copyOf, readSnapshots, type Snapshot } from "../record/snapshots.ts";
import type { System } from "../system/interfaces.ts";

/** Copies that stay, and why. */
export interface Needed {
  readonly copies: readonly Snapshot[];
  /** Number of the run that made them. */
  readonly run: number;
  /** "unknown": what counts did not run, or did not answer. */
  readonly is: "lost" | "unknown";
  /** "store: rows: 12 before run 2, 0 now; what was there is in /var/lib/store/.db.before-run-2" */
  readonly text: string;
}

/** `except` is a run that has counted by itself. A copy that somebody removed by hand is missed by nobody. */
export async function findNeeded(system: System, except?: number): Promise<readonly Needed[]> {
  const { files } = system;
  const older = (await readSnapshots(files)).filter(({ run, counts }) => run !== except && counts !== undefined);
  const there = await Promise.all(older.map(async (one) => (await files.stat(copyOf(one))) !== undefined));
  const copies = older.filter((_, at) => there[at]);
  if (copies.length === 0) return [];
  const services = parseIndex((await files.read(INDEX_PATH)) ?? "")?.services ?? [];
  const groups = groupBy(copies, ({ account, run }) => `${run} ${account.user}`);
  const judged = [...groups.values()].map((own) => judge(system, own, services));
  return (await Promise.all(judged)).flat();
}

async function judge(
  system: System,
  copies: readonly Snapshot[],
  services: readonly IndexedService[],
): Promise<readonly Needed[]> {
  const [first] = copies;
  const service = services.find(({ user }) => user === first?.account.user);
  // Nothing of it is here any more that could have lost anything.
  if (first === undefined || service === undefined) return [];
  const { account, counts = [], run } = first;
  const judged = judgeCounts(counts, await countAll(system, account, service.backup?.counts ?? []));
  const lost = judged.filter(({ is }) => is === "lost");
  const unknown = judged.filter(({ before, now: count }) => (before ?? 0) > 0 && count === null);
  const is = lost.length > 0 ? "lost" : "unknown";
  const said = (is === "lost" ? lost : unknown).map(({ name, before }) => `${name}: ${before} before run ${run}`);
  if (said.length === 0) return [];
  const end = is === "lost" ? "0 now; what was there is in" : "and not counted now; it stays until then:";
  return [{ copies, run, is, text: `${service.name}: ${said.join(", ")}, ${end} ${copies.map(copyOf).join(", ")}` }];
}
