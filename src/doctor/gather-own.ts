/** Facts of accounts: subordinate ids of everybody, and how our own accounts and their managers are. */
import { pauseFile } from "../commands/podman.ts";
import { managerSocket, managerUnit } from "../commands/systemd.ts";
import type { AskFact, IdsFact, OwnFact } from "../diagnosis/parts.ts";
import { gatherLocalAccounts } from "../facts/accounts.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { gatherLimits, gatherProcessLimits } from "../facts/limits.ts";
import { gatherProcessOwner } from "../facts/process-owner.ts";
import { gatherSubids } from "../facts/subids.ts";
import { gatherSystemUnits } from "../facts/units.ts";
import { managerGroup } from "../model/cgroup.ts";
import type { AccountFact, SubidLine } from "../model/facts.ts";
import type { IndexedService } from "../model/index-file.ts";
import { hardLimit, RESOURCE_NAMES, type Resource } from "../model/limits.ts";
import { readUnit } from "../quadlet/read.ts";
import type { System } from "../system/interfaces.ts";
import type { Base } from "./base.ts";

export async function gatherIds(system: System, base: Base): Promise<IdsFact> {
  const [subuids, subgids] = await Promise.all([gatherSubids(system, "subuid"), gatherSubids(system, "subgid")]);
  return { ours: accountsOf(base).map(({ user }) => user), subuids, subgids };
}

export async function gatherOurs(system: System, base: Base): Promise<readonly OwnFact[]> {
  const accounts = accountsOf(base);
  const [existing, subuids, lingering, units] = await Promise.all([
    gatherLocalAccounts(system),
    gatherSubids(system, "subuid"),
    system.files.list("/var/lib/systemd/linger"),
    gatherSystemUnits(
      system,
      accounts.map(({ uid }) => managerUnit(uid)),
    ),
  ]);
  return Promise.all(
    accounts.map(async (account) => {
      const { user, uid, gid, home } = account;
      return {
        user,
        uid,
        gid,
        home,
        exists: existing.some((one) => one.user === user && one.uid === uid),
        lingers: lingering.includes(user),
        manager: units.find(({ unit }) => unit === managerUnit(uid))?.active ?? "inactive",
        runtime: await gatherRuntime(system, uid),
        pause: await gatherPause(system, account, subuids),
        controllers: await gatherControllers(system, uid),
      };
    }),
  );
}

function accountsOf({ index }: Base): readonly AccountFact[] {
  return [...new Map((index?.services ?? []).map((service) => [service.uid, service] as const)).values()];
}

/** Under a tmpfs that was unmounted lies root's empty directory. */
async function gatherRuntime(system: System, uid: number): Promise<OwnFact["runtime"]> {
  const stat = await ifReadable(system.files.stat(`/run/user/${uid}`));
  if (stat === undefined || stat.uid === 0) return "gone";
  if (stat.uid !== uid) return "foreign";
  return (await ifReadable(system.files.stat(managerSocket(uid)))) === undefined ? "gone" : "own";
}

/** The file is the account's own: a number is taken from it, and nothing else. */
async function gatherPause(
  system: System,
  { user, uid }: AccountFact,
  subuids: readonly SubidLine[],
): Promise<OwnFact["pause"]> {
  const text = await ifReadable(system.files.read(pauseFile(uid), 64));
  const pid = /^\s*(\d{1,10})\s*$/.exec(text ?? "")?.[1];
  if (pid === undefined) return "none";
  if ((await gatherProcessOwner(system, Number(pid))) !== uid) return "dead";
  const own = subuids.filter(({ owner }) => owner === user || owner === String(uid));
  const map = (await ifReadable(system.files.read(`/proc/${pid}/uid_map`))) ?? "";
  return own.length > 0 && hasOldIds(map, uid, own) ? "old ids" : "fine";
}

/** "         1     262144      65536" of proc_pid_uid_map(5): inside, outside, how many. */
export function hasOldIds(map: string, uid: number, own: readonly Pick<SubidLine, "start" | "count">[]): boolean {
  return map.split("\n").some((line) => {
    const [, from = 0, count = 0] = line.trim().split(/\s+/).map(Number);
    if (count === 0 || (from === uid && count === 1)) return false;
    return !own.some((range) => from >= range.start && from + count <= range.start + range.count);
  });
}

async function gatherControllers(system: System, uid: number): Promise<readonly string[] | undefined> {
  const path = `${managerGroup(uid)}/cgroup.controllers`;
  const text = await ifReadable(system.files.read(path));
  return text?.split(/\s+/).filter((name) => name !== "");
}

/** From the unit files themselves, which are root's: what they ask for is what podman will ask for. */
export async function gatherAsks(system: System, base: Base): Promise<readonly AskFact[]> {
  const wanted = (await Promise.all((base.index?.services ?? []).map((service) => wantedBy(system, service)))).flat();
  if (wanted.length === 0) return [];
  const uids = [...new Set(wanted.map(({ uid }) => uid))];
  const units = await gatherSystemUnits(system, uids.map(managerUnit));
  const running = units.filter(({ mainPid }) => mainPid > 0);
  const held = new Map(
    await Promise.all(
      running.map(async ({ unit, mainPid }) => [unit as string, await gatherProcessLimits(system, mainPid)] as const),
    ),
  );
  const open = wanted.flatMap((one) => {
    const limit = held.get(managerUnit(one.uid))?.[one.resource];
    return limit === undefined || limit >= one.wanted ? [] : [{ ...one, held: limit }];
  });
  if (open.length === 0) return [];
  const { managers } = await gatherLimits(system, uids);
  return open.map((one) => ({ ...one, configured: managers.get(one.uid)?.limits[one.resource] }));
}

async function wantedBy(
  system: System,
  { user, uid, places }: IndexedService,
): Promise<readonly Omit<AskFact, "held" | "configured">[]> {
  const files = places?.unitFiles.filter((path) => path.endsWith(".container")) ?? [];
  const texts = await Promise.all(files.map((path) => ifReadable(system.files.read(path))));
  return files.flatMap((path, index) => {
    const unit = path.slice(path.lastIndexOf("/") + 1, -".container".length);
    return parseUlimits(texts[index] ?? "").map((one) => ({ user, uid, unit, ...one }));
  });
}

/** "Ulimit=nofile=262144:262144"; what podman takes for "as much as there is" asks for nothing. */
export function parseUlimits(text: string): readonly { readonly resource: Resource; readonly wanted: number }[] {
  return readUnit(text).entries.flatMap(({ section, key, value }) => {
    const [name, limit = ""] = value.split("=");
    const resource = RESOURCE_NAMES.find((candidate) => candidate === name);
    const wanted = hardLimit(limit);
    const asks = section === "Container" && key === "Ulimit" && resource !== undefined;
    return asks && wanted !== undefined && Number.isFinite(wanted) ? [{ resource, wanted }] : [];
  });
}
