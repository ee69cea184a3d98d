/** Why one unit is down, as `svc status` says it, with the last lines of what has to be mended. */
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { shown } from "./log-words.ts";
import { lookAt } from "./look.ts";
import { readLog } from "./look-closer.ts";
import type { Judgement } from "./signs.ts";

export interface WhyDown {
  readonly judgement: Judgement;
  /** Oldest first, without events and what only health checks cause. */
  readonly log: readonly string[];
}

/** Undefined for a unit that the service does not have. */
export async function whyDown(
  system: System,
  service: IndexedService,
  unit: string,
  lines: number,
): Promise<WhyDown | undefined> {
  const [state] = await lookAt(system, [service]);
  const report = state?.units.find((one) => one.state.unit.unit === unit);
  if (report === undefined) return undefined;
  const log = (await readLog(system, service, [report.cause])).filter(
    ({ from }) => from !== "event" && from !== "noise",
  );
  return { judgement: report.judgement, log: log.slice(-lines).map(({ text }) => shown(text)) };
}
