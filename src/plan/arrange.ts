/** Puts the steps of a plan into stages of lanes: what waits for what, and what may go on side by side. */
import { groupBy } from "../model/group-by.ts";
import { PHASES, type Stage, type Step } from "../model/plan.ts";
import { secretKey } from "../model/record-keys.ts";
import type { DesiredSecret } from "../model/resource.ts";
import { secretDepths } from "./compare-stores.ts";

/** The order within a phase and a lane is that of `steps`. */
export function arrange(steps: readonly Step[], secrets: readonly DesiredSecret[]): readonly Stage[] {
  const phases = groupBy(steps, (step) => step.phase);
  const depths = secretDepths(secrets);
  return PHASES.flatMap((phase) => {
    const own = (phases.get(phase) ?? []).map((step) => ({ step, place: placeOf(step, depths) }));
    const waves = [...groupBy(own, ({ place }) => place.wave)].toSorted(([one], [other]) => one - other);
    return waves.map(([, wave]) => ({
      phase,
      lanes: [...groupBy(wave, ({ place }) => place.lane).values()].map((lane) => lane.map(({ step }) => step)),
    }));
  });
}

interface Place {
  /** Within its phase. */
  readonly wave: number;
  /** What shares it goes in order. */
  readonly lane: string;
}

const IN_ORDER: Place = { wave: 0, lane: "" };

function placeOf({ phase, change }: Step, depths: ReadonlyMap<string, number>): Place {
  switch (change.kind) {
    case "account":
    case "subids":
    case "directory":
    case "file":
    case "mode":
    case "certificate":
    case "tailscale-certificate":
    case "tool":
    // Ways back have an order of their own: way-back.ts.
    case "put-back":
    case "unmake":
    case "restore-secret":
    case "tag-image":
      return IN_ORDER;
    // Before what it makes known is started, or after what it is to forget is gone.
    case "reload-system":
      return { wave: phase === "prune" ? 5 : 0, lane: "" };
    case "system-unit":
      return { wave: 1, lane: "units" };
    case "linger":
      return { wave: 1, lane: "linger" };
    case "manager":
      return { wave: 2, lane: change.account.user };
    // A copy needs its original, a composition its parts. Podman locks its stores: in order for each user.
    case "secret":
      return { wave: depths.get(secretKey(change.secret)) ?? 0, lane: change.secret.user };
    case "image":
      return { wave: 0, lane: change.account.user };
    case "reload-user":
      return { wave: phase === "prune" ? 6 : 1, lane: change.account.user };
    case "unit":
      return { wave: 0, lane: change.account.user };
    // It calls those above or shows their names: they are up by then.
    case "reload-unit":
      return { wave: 1, lane: "" };
    case "stop":
      return { wave: 0, lane: change.account.user };
    // While its file is there.
    case "disable":
      return { wave: 0, lane: "" };
    case "remove-file":
      return { wave: 1, lane: "" };
    // Without unit files a user manager that podman needs starts nothing.
    case "remove-secret":
    case "remove-image":
      return { wave: 2, lane: change.account.user };
    case "unlinger":
      return { wave: 3, lane: "" };
    case "stop-manager":
      return { wave: 4, lane: change.account.user };
    // The record of everything comes last: in the order in which they are compared.
    case "remove-tree":
    case "remove-directory":
    case "remove-subids":
    case "remove-account":
    case "remove-state":
      return IN_ORDER;
    default:
      return change satisfies never;
  }
}
