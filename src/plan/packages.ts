/** What a host lacks before anything of ours can be planned, and the plan that installs it: a first part of its own. */
import { nothingIntended } from "../model/applied.ts";
import type { HostFacts } from "../model/facts.ts";
import type { Family } from "../model/os.ts";
import { packagesOf } from "../model/packages.ts";
import type { Plan } from "../model/plan.ts";
import { because, planned } from "./change.ts";
import { traitOf } from "./kinds/all.ts";

/** Programs, and what stands for them in the table of packages. */
export interface Lacking {
  readonly message: string;
  readonly needs: readonly string[];
}

/** Podman only recommends these, or one of several. */
const WITH_PODMAN = ["podman", "crun", "netavark"];

export function lackingPrograms({
  podmanVersion,
  podmanSilence,
  missingTools,
}: Pick<HostFacts, "podmanVersion" | "podmanSilence" | "missingTools">): Lacking | undefined {
  if (podmanVersion === undefined && podmanSilence === undefined) {
    return { message: "podman is not installed", needs: [...WITH_PODMAN, ...missingTools] };
  }
  if (missingTools.length === 0) return undefined;
  const are = missingTools.length === 1 ? "is" : "are";
  return {
    message: `rootless podman needs ${missingTools.join(", ")}, which ${are} not installed`,
    needs: missingTools,
  };
}

/** Nothing takes it back: others may need them by then. Which version of podman comes is known only once it is there. */
export function packagesPlan({ message, needs }: Lacking, family: Family): Plan {
  const packages = packagesOf(family, needs);
  const what = `${packages.length === 1 ? "package" : "packages"} ${packages.join(", ")}`;
  const change = { kind: "packages", family, packages } as const;
  const draft = planned("packages", "create", undefined, what, because("missing", message), change);
  return {
    stages: [{ phase: "packages", lanes: [[{ ...draft, outdates: [], undo: [] }]] }],
    intends: { ...nothingIntended(), ...traitOf(change).makes?.(change, draft.action) },
    lasting: undefined,
    trial: undefined,
    trust: { authority: undefined, leaf: undefined, tailscale: undefined },
    handsOn: [],
    next: "packages come from this distribution's own repositories, and stay when a run is taken back; then all else is planned, and shown",
  };
}
