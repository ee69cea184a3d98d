/** A run that fails tells of a unit what `svc status` tells: the cause and not its victim, and no noise. */
import type { TellWhy } from "../apply/context.ts";
import { whyDown } from "../apps/why-down.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { INDEX_PATH, parseIndex } from "../model/index-file.ts";
import type { DesiredState } from "../model/resource.ts";
import type { System } from "../system/interfaces.ts";

const LOG_LINES = 20;

/** The index of this run: that of the last one may not have the unit yet. */
export function tellingWhy(system: System, { files }: Pick<DesiredState, "files">): TellWhy {
  return async ({ account, unit }) => {
    const text = files.find(({ path }) => path === INDEX_PATH)?.content ?? "";
    const services = parseIndex(text)?.services ?? [];
    const service = services.find(({ user, units }) => user === account.user && units.some((one) => one.unit === unit));
    const why = service && (await ifReadable(whyDown(system, service, unit, LOG_LINES)));
    if (why === undefined) return undefined;
    const { judgement, log } = why;
    const { word, sentence, hint, line } = judgement;
    // What is only on its way by now says nothing about why it did not come up in time.
    if (word === "failed" || word === "degraded") return { sentence, hint, line, log };
    return { log, ...(word === "starting" && { getsOn: true as const }) };
  };
}
