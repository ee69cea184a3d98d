/** Why what a unit runs with is not what is wanted, and whether it takes a restart or a reload to make it so. */
import { servesLeaf } from "../model/desired-certificate.ts";
import type { StateFacts } from "../model/facts.ts";
import type { Draft } from "../model/plan.ts";
import type { Reason } from "../model/reason.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredSecret, DesiredState, DesiredUnit } from "../model/resource.ts";
import { parseRunsWith, runsWith, served } from "../model/runs-with.ts";
import { because } from "./change.ts";

export interface Changed {
  readonly verb: "restart" | "reload";
  readonly reason: Reason;
}

const ANOTHER_IMAGE = because("replaced", "it runs another image than the one that has the name");

function anotherImage(
  { user, container }: DesiredUnit,
  facts: StateFacts,
  earlier: readonly Draft[],
): readonly Changed[] {
  if (container === undefined) return [];
  const { name, image } = container;
  // What a registry has under that name today is not known yet.
  if (
    earlier.some(({ change }) => change.kind === "image" && change.account.user === user && change.reference === image)
  ) {
    return [{ verb: "restart", reason: because("follows", "its image is pulled") }];
  }
  const runs = facts.containers.get(user)?.get(name);
  const named = facts.images.get(user)?.get(image);
  const other = runs !== undefined && named !== undefined && runs !== named;
  return other ? [{ verb: "restart", reason: ANOTHER_IMAGE }] : [];
}

/** A reload is enough only where nothing asks for a restart. */
export function whatChanged(
  unit: DesiredUnit,
  desired: DesiredState,
  facts: StateFacts,
  earlier: readonly Draft[],
): Changed | undefined {
  const changes = [
    ...earlier.flatMap((change) => causeOf(change, unit, desired)),
    ...recordedChange(unit, desired, facts),
    ...anotherImage(unit, facts, earlier),
    ...earlier.flatMap((change) => repairOf(change, unit)),
  ];
  return changes.find((change) => change.verb === "restart") ?? changes[0];
}

function causeOf({ change }: Draft, unit: DesiredUnit, desired: DesiredState): readonly Changed[] {
  const isServed = change.kind === "tailscale-certificate" || (change.kind === "certificate" && change.leaf);
  if (isServed && servesLeaf(unit, desired.certificate)) {
    return [{ verb: lightest(unit), reason: because("follows", "its certificate changes") }];
  }
  if (change.kind === "secret" && isReader(unit, change.secret)) {
    return [{ verb: "restart", reason: because("follows", `its secret ${change.secret.name} is made anew`) }];
  }
  if (change.kind === "taken-secret" && isReader(unit, change.secret)) {
    return [{ verb: "restart", reason: because("follows", `its secret ${change.secret.name} was replaced`) }];
  }
  // podman ends all containers of an account before it takes other ids.
  if (change.kind === "subids" && change.account.user === unit.user && unit.kind !== "socket") {
    return [{ verb: "restart", reason: because("follows", `${unit.user} gets its subordinate ids`) }];
  }
  return [];
}

function recordedChange(unit: DesiredUnit, desired: DesiredState, facts: StateFacts): readonly Changed[] {
  const applied = facts.applied.units[unitKey(unit.user, unit.unit)];
  if (applied === undefined)
    return [{ verb: "restart", reason: because("changed", "it was not started by this tool") }];
  const { leaf, tailscale } = facts.certificate ?? {};
  const wanted = runsWith(unit, desired, served(leaf?.fingerprint, tailscale?.fingerprint));
  const known = parseRunsWith(applied);
  if (known.started !== wanted.started)
    return [{ verb: "restart", reason: because("changed", "its configuration changed") }];
  if (known.reloaded === wanted.reloaded && known.leaf === wanted.leaf) return [];
  const what = known.reloaded === wanted.reloaded ? "its certificate changed" : "its configuration changed";
  return [{ verb: lightest(unit), reason: because("changed", what) }];
}

/** Somebody changed one of its files and may have started it with that; what it runs with now is anybody's guess. */
function repairOf({ change, action }: Draft, unit: DesiredUnit): readonly Changed[] {
  if (change.kind === "file" && change.before !== change.file.content) {
    const { path } = change.file;
    const reason = because("follows", `${path.split("/").at(-1)} is put back`);
    if (unit.files.includes(path)) return [{ verb: "restart", reason }];
    if (unit.reload?.files.includes(path) === true) return [{ verb: "reload", reason }];
  }
  // The container still has the deleted one mounted.
  if (change.kind === "directory" && action === "create" && unit.files.includes(change.directory.path)) {
    return [{ verb: "restart", reason: because("follows", `${change.directory.path} is made anew`) }];
  }
  return [];
}

function lightest(unit: DesiredUnit): Changed["verb"] {
  return unit.reload === undefined ? "restart" : "reload";
}

function isReader(unit: DesiredUnit, secret: DesiredSecret): boolean {
  return unit.user === secret.user && unit.secrets.includes(secret.name);
}
