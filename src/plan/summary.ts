/** The plan in one line, and the plan as data. */
import { type MeantOf, type Outage, type Plan, type Step, stepsOf } from "../model/plan.ts";
import type { PlanAsJson } from "../model/plan-json.ts";
import { visible } from "../model/visible.ts";
import { formatMegabytes } from "./compare-stores.ts";

export function summary(plan: Plan): string {
  if (stepsOf(plan).length === 0) {
    return plan.aside === undefined ? "nothing to do: the host is as configured" : "nothing to do for the others";
  }
  const count = (action: Step["action"]) => stepsOf(plan).filter((change) => change.action === action).length;
  const restarts = stepsOf(plan).filter((c) => c.change.kind === "unit" && c.change.verb === "restart").length;
  const parts = [`${count("create")} to create`, `${count("update")} to update`, `${count("remove")} to remove`];
  const pulls = downloads(plan);
  const pulled =
    pulls.length === 0 ? "" : `, ${pulls.length} ${pulls.length === 1 ? "image" : "images"} to pull${sizes(pulls)}`;
  const reloads = stepsOf(plan).filter((c) => c.change.kind === "reload-unit").length;
  const running = `${restarts} ${restarts === 1 ? "unit" : "units"} to restart${reloads === 0 ? "" : `, ${reloads} to reload`}`;
  return `plan: ${parts.join(", ")}, ${running}${pulled}`;
}

interface Download {
  readonly image: string;
  readonly user: string;
  readonly megabytes: number | undefined;
}

function downloads(plan: Plan): readonly Download[] {
  return stepsOf(plan).flatMap(({ change }) =>
    change.kind === "image" && change.id === undefined
      ? [{ image: change.reference, user: change.account.user, megabytes: change.megabytes }]
      : [],
  );
}

/** What a run, a plan and verify say of them; empty where there are none. */
export function asideLines(plan: Plan): readonly string[] {
  return (plan.aside ?? []).map(({ service, reason }) => `${service} is left as it is: ${visible(reason)}`);
}

/** " (about 8 GB, and 12 of unknown size)" */
function sizes(pulls: readonly Download[]): string {
  const known = pulls.flatMap(({ megabytes }) => megabytes ?? []);
  if (known.length === 0) return "";
  const total = formatMegabytes(known.reduce((sum, size) => sum + size, 0));
  const unknown = pulls.length - known.length;
  return ` (about ${total}${unknown === 0 ? "" : `, and ${unknown} of unknown size`})`;
}

function outageAsJson({ service, units, seconds, kind }: Outage): NonNullable<PlanAsJson["unavailable"]>[number] {
  return { service, units, seconds: seconds ?? null, kind };
}

function meantAsJson({ service, subject, before, after }: MeantOf): NonNullable<PlanAsJson["meaning"]>[number] {
  return { service, subject, before: before ?? null, after: after ?? null };
}

/** The plan as data: no file contents (they may be long), no secrets (the plan holds none). */
export function planAsJson(plan: Plan): PlanAsJson {
  const pulls = downloads(plan).map((download) => ({ ...download, megabytes: download.megabytes ?? null }));
  return {
    version: 1,
    ...(plan.stays === undefined ? {} : { stays: plan.stays }),
    ...(plan.next === undefined ? {} : { next: plan.next }),
    ...(plan.aside === undefined ? {} : { aside: plan.aside }),
    ...(plan.outages === undefined ? {} : { unavailable: plan.outages.map(outageAsJson) }),
    ...(pulls.length === 0 ? {} : { downloads: pulls }),
    ...(plan.meaning === undefined ? {} : { meaning: plan.meaning.map(meantAsJson) }),
    ...(plan.notes === undefined ? {} : { notes: plan.notes }),
    changes: stepsOf(plan).map(({ phase, action, service, summary: what, reason, change }) => ({
      phase,
      action,
      service: service ?? null,
      kind: change.kind,
      summary: what,
      reason: reason.text,
      code: reason.code,
    })),
  };
}
