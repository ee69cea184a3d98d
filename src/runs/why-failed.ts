/** Why units failed that a plan would start: as `svc status` says it, by the names that people type. */
import type { Drift } from "../model/drift.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import type { System } from "../system/interfaces.ts";
import { tellingWhy } from "./telling-why.ts";

/** Asks nothing where none has failed. */
export async function whyFailed(
  system: System,
  plan: Pick<Plan, "stages">,
  desired: Pick<DesiredState, "files">,
): Promise<ReadonlyMap<string, string>> {
  const tell = tellingWhy(system, desired);
  const failed = stepsOf(plan).flatMap(({ change, reason }) =>
    change.kind === "unit" && reason.code === "failed" ? [change] : [],
  );
  const told = await Promise.all(
    failed.map(async (change): Promise<[string, string][]> => {
      const sentence = (await tell(change))?.sentence;
      return sentence === undefined ? [] : [[change.plainName, sentence]];
    }),
  );
  return new Map(told.flat());
}

/** What systemd says of an end says little: "failed (exit-code): the file system of /var/lib/x is full". */
export function withReasons(drifts: readonly Drift[], whys: ReadonlyMap<string, string>): readonly Drift[] {
  return drifts.map((drift) => {
    const why = drift.kind === "failed" ? whys.get(drift.subject) : undefined;
    return why === undefined ? drift : { ...drift, detail: `${drift.detail}: ${why}` };
  });
}
