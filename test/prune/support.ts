/** The site of two small services as an earlier run left it: everything recorded, one service or all to go. */
import type { Applied } from "../../src/model/applied.ts";
import type { Depth, Plan } from "../../src/model/plan.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import { makePlan } from "../../src/plan/make-plan.ts";
import { NOTHING } from "../../src/render/nothing.ts";
import { settledWorld, type World } from "../plan/support.ts";

export function recordedWorld(): World {
  const world = settledWorld();
  const { desired, state } = world;
  const line = ({ user, subuid }: DesiredState["accounts"][number]) => `${user}:${subuid.start}:${subuid.count}`;
  const applied: Applied = {
    ...state.applied,
    files: desired.files.map((file) => file.path),
    directories: desired.directories.map((directory) => directory.path),
    accounts: desired.accounts.map((account) => account.user),
    secrets: desired.secrets.map((secret) => `${secret.user}/${secret.name}`),
    images: desired.images.map((image) => `${image.user} ${image.reference}`),
    lingering: desired.accounts.map((account) => account.user),
    subuids: desired.accounts.map(line),
    subgids: desired.accounts.map(line),
    systemUnits: desired.systemUnits.map((unit) => unit.unit),
    tools: desired.tool === undefined ? [] : [desired.tool.target],
  };
  const entries = new Map(desired.accounts.map(({ home }) => [home, ["data", "more"]] as const));
  return { ...world, state: { ...state, applied, remains: { entries, mounts: [] } } };
}

const mine = <T extends { readonly user: string }>(list: readonly T[]) => list.filter((one) => one.user !== "db-user");

/** The stack without its database. */
export function withoutDb(desired: DesiredState): DesiredState {
  return {
    ...desired,
    accounts: mine(desired.accounts),
    units: mine(desired.units),
    secrets: mine(desired.secrets).map((secret) => ({
      ...secret,
      source: { kind: "generated", length: 8, alphabet: "hex", prefix: "", rotate: { kind: "restart" } },
    })),
    images: mine(desired.images),
    directories: desired.directories.filter((directory) => directory.service !== "db"),
    files: desired.files.filter((file) => file.service !== "db"),
  };
}

export function uninstallPlan({ desired, host, state }: World, depth: Depth): Plan {
  return makePlan({ ...NOTHING, address: desired.address }, host, state, { removal: { depth } });
}
