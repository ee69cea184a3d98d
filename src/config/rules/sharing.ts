/** Rules about what services share: the memory of a graphics card, and the turns of a group. */
import { groupBy } from "../../model/group-by.ts";
import { gpuName, isSameGpu, MOST_OF_A_GPU } from "../../model/sharing.ts";
import { keySpotAt, type Spot, spotAt } from "../report.ts";
import { type Member, type Rule, whereSet } from "./world.ts";

/** Sums of decimals are not exact. */
const ROUNDING = 1e-9;

/** What takes part of a card at one time: a service, or a group of which one is awake. */
interface Claim {
  readonly members: readonly Member[];
  readonly group: string | undefined;
  /** Undefined where nobody says. */
  readonly share: number | undefined;
}

/** Also what a group may need while its largest is awake. A service that says no share counts as nothing; a group is all that it may be. */
export const sharesFit: Rule = ({ members }, report) => {
  const using = members.filter(({ service }) => service.gpu !== undefined);
  const seen = new Set<string>();
  for (const device of devicesOf(using)) {
    const claims = claimsOn(device, using);
    const there = claims.flatMap((claim) => claim.members);
    const key = there.map(({ service }) => service.name).join(" ");
    // Several cards that the same services have are one fault.
    if (claims.length < 2 || seen.has(key)) continue;
    seen.add(key);
    const last = there.at(-1) as Member;
    const unsaid = claims.find((claim) => claim.group !== undefined && claim.share === undefined);
    if (unsaid !== undefined) {
      const silent = unsaid.members.find(({ service }) => service.gpu?.memory === undefined) as Member;
      const others = claims.filter((claim) => claim !== unsaid).map(named);
      const message = `${silent.service.name} of the group ${unsaid.group} says no share of ${gpuName(device)}, which ${others.join(" and ")} ${others.length === 1 ? "has" : "have"} a part of`;
      report(entrySpot(silent), message, "set gpu: { memory: 0.4 }, or what it takes at most");
      continue;
    }
    const sum = claims.reduce((total, claim) => total + (claim.share ?? 0), 0);
    if (sum <= MOST_OF_A_GPU + ROUNDING) continue;
    const message = `the shares of ${gpuName(device)} are ${round(sum)} together: ${claims.map(named).join(", ")}`;
    const hint = `at most ${MOST_OF_A_GPU} together: lower gpu.memory, give them other devices, or let them take turns (swap)`;
    report(shareSpot(last), message, hint);
  }
};

function devicesOf(members: readonly Member[]): readonly string[] {
  const all = [...new Set(members.flatMap(({ service }) => service.gpu?.devices ?? []))];
  // "all" is each of those that are named, where any is.
  return all.filter((device) => !all.some((other) => other !== device && isAll(device) && isSameGpu(device, other)));
}

function isAll(device: string): boolean {
  return device.endsWith("=all");
}

function claimsOn(device: string, members: readonly Member[]): readonly Claim[] {
  const there = members.filter(({ service }) => service.gpu?.devices.some((other) => isSameGpu(device, other)));
  const claims = groupBy(there, ({ service }) =>
    service.swap === undefined ? `service ${service.name}` : `group ${service.swap.group}`,
  );
  return [...claims.values()].map((members) => {
    const shares = members.map(({ service }) => service.gpu?.memory);
    const known = shares.filter((share) => share !== undefined);
    const group = members[0]?.service.swap?.group;
    return { members, group, share: known.length < shares.length ? undefined : Math.max(...known) };
  });
}

function named({ members, group, share }: Claim): string {
  const names = members.map(({ service }) => service.name).join(" or ");
  const size = share === undefined ? "" : ` ${share}`;
  return group === undefined ? `${names}${size}` : `${names}${size} (group ${group})`;
}

function round(sum: number): number {
  return Math.round(sum * 1000) / 1000;
}

function shareSpot(member: Member): Spot {
  const { draft } = member;
  const setting = draft.written.gpu?.memory;
  if (draft.entry.gpu?.memory !== undefined) return spotAt(draft.stack, ["services", draft.name, "gpu", "memory"]);
  return setting === undefined
    ? entrySpot(member)
    : whereSet(member, ["settings", setting], ["settings", setting, "default"]);
}

function entrySpot({ draft }: Member, ...path: readonly string[]): Spot {
  return keySpotAt(draft.stack, ["services", draft.name, ...path]);
}

export const groupsHaveOneDefault: Rule = ({ members }, report) => {
  const swapped = members.filter(({ service }) => service.swap !== undefined);
  for (const [group, those] of groupBy(swapped, ({ service }) => service.swap?.group)) {
    const defaults = those.filter(({ service }) => service.swap?.isDefault === true);
    const [first, ...others] = defaults;
    for (const other of others) {
      const message = `a second default of the group ${group}: ${first?.service.name} is one already`;
      report(entrySpot(other, "swap", "default"), message, "one of a group starts at boot: leave it out here");
    }
    const [any] = those;
    if (first !== undefined || any === undefined) continue;
    const hint = `set swap: { group: ${group}, default: true } for the one that starts at boot, and comes back after another`;
    report(entrySpot(any, "swap"), `the group ${group} has no default`, hint);
  }
};

/** The next connection to a socket would wake it, whoever is awake. */
export const swappedServicesSleep: Rule = ({ members }, report) => {
  for (const member of members) {
    const { swap, ports } = member.service;
    const socket = ports.find((port) => port.socket);
    if (swap === undefined || socket === undefined) continue;
    const message = `systemd listens at its port ${socket.name}, and would start it whoever of ${swap.group} is awake`;
    report(entrySpot(member, "swap"), message, "a service of a group listens itself");
  }
};

/** Nothing but a person would ever start it again, and each run would find it down and start it. */
export const idleServicesComeBack: Rule = ({ members }, report) => {
  for (const member of members) {
    const { idle, swap, name } = member.service;
    if (idle === undefined || swap !== undefined) continue;
    const hint = `make it a group of its own, which may sleep: swap: { group: ${name}, default: true }; svc start ${name} wakes it`;
    report(entrySpot(member, "idle"), "would stop it for good: it is in no group", hint);
  }
};
