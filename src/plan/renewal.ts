/** A plan for one certificate alone: what was applied, not what the configuration may say by now, with nothing else put right. */
import { userError } from "../model/diagnostic.ts";
import type { StateFacts } from "../model/facts.ts";
import type { Draft, Plan } from "../model/plan.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredState, DesiredUnit } from "../model/resource.ts";
import { parseRunsWith } from "../model/runs-with.ts";
import { compareCertificate } from "./compare-certificate.ts";
import { compareUnits, NOTHING_BEFALLS } from "./compare-units.ts";
import { complete } from "./complete.ts";

/** What can be seen without asking the managers: empty on all days but one in a year. */
export function leafChanges(
  desired: Pick<DesiredState, "certificate">,
  facts: Pick<StateFacts, "certificate" | "paths">,
  now: Date,
): readonly Draft[] {
  const changes = compareCertificate(desired.certificate, facts, now);
  const lost = changes.find(({ change }) => change.kind === "certificate" && change.authority !== "keep");
  // Another authority is a matter for people: every client would have to trust it.
  if (lost !== undefined)
    throw userError("certificate", `the certificate cannot be renewed: ${lost.reason.text}`, "sudo install-quadlets");
  return changes;
}

/** `changes` are those of the leaf, or that of the certificate from Tailscale: what goes wrong with one is not to cost the other. */
export function planRenewal(desired: DesiredState, facts: StateFacts, changes: readonly Draft[]): Plan {
  const units = desired.units.flatMap((unit) => asRecorded(unit, facts));
  const runs = compareUnits({ ...desired, units }, facts, changes, NOTHING_BEFALLS).filter(
    // Who was stopped stays stopped.
    ({ change }) => change.kind === "reload-unit" || (change.kind === "unit" && change.verb !== "start"),
  );
  return complete([...changes, ...runs], desired, facts, undefined);
}

/** With what it was last started with, so that only another leaf makes a difference. */
function asRecorded(unit: DesiredUnit, facts: StateFacts): readonly DesiredUnit[] {
  const applied = facts.applied.units[unitKey(unit.user, unit.unit)];
  if (applied === undefined) return [];
  const { started, reloaded } = parseRunsWith(applied);
  return [{ ...unit, fingerprint: started, reload: unit.reload && { ...unit.reload, fingerprint: reloaded } }];
}
