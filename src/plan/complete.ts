/** Makes drafts into steps, and steps into a plan: with the way back, and with all that has to be written down. */
import type { StateFacts } from "../model/facts.ts";
import { QUADLET_ROOT } from "../model/places.ts";
import type { Aside, Draft, Plan, Trial } from "../model/plan.ts";
import type { DesiredState } from "../model/resource.ts";
import { arrange } from "./arrange.ts";
import { intention } from "./intention.ts";
import { traitOf } from "./kinds/all.ts";
import { lastingOf } from "./lasting.ts";
import { outdatedBy } from "./outdated.ts";

/**
 * `whole` is all that is wanted, also of services that are set aside; undefined where the plan is about a part of the host,
 * and what it does not name is not gone.
 */
export function complete(
  drafts: readonly Draft[],
  desired: DesiredState,
  facts: StateFacts,
  whole: { readonly wanted: DesiredState; readonly aside: readonly Aside[] } | undefined,
): Plan {
  const intends = intention(drafts, desired, facts);
  const outdates = outdatedBy(desired.units);
  const steps = drafts.map((draft) => {
    const undo = traitOf(draft.change).undo(draft.change, facts);
    return { ...draft, outdates: outdates(draft), undo };
  });
  const { trust, leaf, tailscale } = facts.certificate ?? {};
  return {
    stages: arrange(steps, desired.secrets),
    intends,
    lasting: whole && lastingOf(facts.applied, intends, whole.wanted, facts, drafts, whole.aside),
    trial: trialOf(drafts, desired),
    trust: { authority: trust, leaf: leaf?.fingerprint, tailscale: tailscale?.fingerprint },
    handsOn: desired.secrets
      .filter(({ source }) => source.kind === "supplied")
      .map(({ user, name }) => ({ user, name })),
  };
}

function trialOf(drafts: readonly Draft[], desired: DesiredState): Trial | undefined {
  const changes = drafts.some(({ change }) => change.kind === "file" && change.file.role.kind === "user-unit");
  if (!changes) return undefined;
  const files = desired.files.filter((file) => file.role.kind === "user-unit");
  const twins = desired.units.flatMap(({ twin }) => twin ?? []);
  return {
    files: [...files, ...twins].map(({ path, content }) => ({ name: nameOf(path), content })),
    // Sockets are plain units, not the generator's.
    units: [...desired.units.filter((unit) => unit.kind !== "socket"), ...twins].map(({ unit }) => unit),
  };
}

/** Below the directory of its account: a drop-in lies in a folder of its own. */
function nameOf(path: string): string {
  return path.slice(QUADLET_ROOT.length + 1).replace(/^[^/]*\//, "");
}
