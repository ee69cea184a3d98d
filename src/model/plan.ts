/** The complete way from what is to what should be: stages of lanes of steps, and what they mean for people. */
import type { Intention, Lasting, Outdated } from "./applied.ts";
import type { Trust } from "./certificate-facts.ts";
import type { Change } from "./change.ts";
import type { Meant } from "./meaning.ts";
import type { ServiceName, UnitName, UserName } from "./names.ts";
import type { Reason } from "./reason.ts";

/** One after another. */
export const PHASES = [
  // Alone: without them nothing else can be planned.
  "packages",
  // A unit whose file is gone has no ExecStop any more: first of all.
  "prune-stop",
  "accounts",
  "directories",
  "tool",
  "certificates",
  "files",
  "managers",
  "secrets",
  // Where what is pulled could start before its unit file is written: after a boot, by a name that the unit has already, or with
  // its user manager, which starts in this plan.
  "data first",
  "images",
  // Before there are unit files that would start other images on them.
  "data",
  "units",
  "start",
  "keys",
  "prune",
  "clear",
] as const;
export type Phase = (typeof PHASES)[number];

export interface Plan {
  /** One after another. */
  readonly stages: readonly Stage[];
  /** Written down before the first step. */
  readonly intends: Intention;
  /** All that is still recorded after the last; undefined where that is not for this plan to say. */
  readonly lasting: Lasting | undefined;
  /** Undefined where no unit file changes. */
  readonly trial: Trial | undefined;
  /** What clients trust and are served before the first step, as far as there is anything. */
  readonly trust: KnownTrust;
  /** Values that the site gave for these secrets are podman's once the run was well. */
  readonly handsOn: readonly { readonly user: UserName; readonly name: string }[];
  /** What services that go leave behind, and models that nobody declares, in words; absent where there is nothing. */
  readonly stays?: readonly string[];
  /** Services that are left as they are: their account cannot be dealt with, or their data are not there; absent where there are none. */
  readonly aside?: readonly Aside[];
  /** What comes after it, in words, where this is only the first part; absent otherwise. */
  readonly next?: string;
  /** What works now and will not for a while; absent where nothing is touched. */
  readonly outages?: readonly Outage[];
  /** What is as nobody declared it, and is left like that; absent where there is nothing. */
  readonly notes?: readonly Note[];
  /** What changes for whoever uses a service; absent where nothing does, or nobody knows. */
  readonly meaning?: readonly MeantOf[];
}

export interface MeantOf extends Meant {
  readonly service: ServiceName;
}

export interface Note {
  /** A word for machines. */
  readonly kind: "foreign" | "blocked" | "expired" | "full";
  readonly subject: string;
  readonly text: string;
}

export interface KnownTrust {
  readonly authority: Trust | undefined;
  /** Fingerprints of the certificates that are served. */
  readonly leaf: string | undefined;
  readonly tailscale: string | undefined;
}

/** One service that is broken in a way that must not stop the others. */
export interface Aside {
  readonly service: ServiceName;
  readonly user: UserName;
  readonly reason: string;
}

/** One service that is down while the plan runs. */
export interface Outage {
  readonly service: ServiceName;
  /** What goes down of it, as svc calls it. */
  readonly units: readonly string[];
  /** About how long, by its last start; undefined where that is not known. */
  readonly seconds: number | undefined;
  /**
   * "wait": systemd keeps its sockets open, so requests take longer but do not fail; "copied": its data are copied while it is
   * down; "gone": it does not come back.
   */
  readonly kind: "down" | "wait" | "copied" | "gone";
}

/** How much goes with what is removed: nothing of it, the images, or data, users and everything else, too. */
export type Depth = "keep" | "images" | "all";

/** What may run at the same time; it is over when all of its lanes are. */
export interface Stage {
  readonly phase: Phase;
  /** Side by side; the steps of each in their order. */
  readonly lanes: readonly (readonly Step[])[];
}

/** One change, and what is said of it. */
export interface Draft {
  readonly phase: Phase;
  readonly service: ServiceName | undefined;
  readonly action: "create" | "update" | "remove" | "run";
  /** What a person reads after the sign: "file /etc/..., mode 0644". */
  readonly summary: string;
  readonly reason: Reason;
  readonly change: Change;
}

/** A change with all that belongs to it. */
export interface Step extends Draft {
  /** Before it is made these units count as outdated: a run that is killed after it must not leave them as current. */
  readonly outdates: readonly Outdated[];
  /**
   * What takes it back, recorded before it is made; empty where that is what is found on disk, or a value that is put aside,
   * at that moment, and where there is no way back.
   */
  readonly undo: readonly Change[];
}

/** Unit files that the host's own generator is to understand before anything is touched. */
export interface Trial {
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly units: readonly UnitName[];
}

/** All of them, in the order in which they are taken, as far as they have one. */
export function stepsOf({ stages }: Pick<Plan, "stages">): readonly Step[] {
  return stages.flatMap(({ lanes }) => lanes.flat());
}
