/** What bounds the resource limits of user managers: systemd's configuration, PID 1's own limits, pam_limits. */
import { managerUnit, showLimits } from "../commands/systemd.ts";
import {
  hardLimit,
  type LimitFacts,
  type LimitLine,
  type Limits,
  RESOURCE_NAMES,
  RESOURCES,
  type Resource,
} from "../model/limits.ts";
import type { System } from "../system/interfaces.ts";

const PAM = "/etc/security/limits";
const USER_CONF_DIRECTORIES = ["/etc", "/run", "/usr/local/lib", "/usr/lib"].map((top) => `${top}/systemd`);
/** capabilities(7): without it nobody raises a hard limit. */
const CAP_SYS_RESOURCE = 24n;

/** For managers that are going to be started; one question to systemd for all of them, whether they exist or not. */
export async function gatherLimits(system: System, uids: readonly number[]): Promise<LimitFacts> {
  const [shown, pamFiles, userFiles] = await Promise.all([
    system.runner.probe(showLimits(uids.map(managerUnit))),
    system.files.list(`${PAM}.d`),
    userConfFiles(system),
  ]);
  const read = (file: string) => system.host.readTrusted(file) ?? "";
  const units = parseManagers(shown.stdout);
  const files = new Set([...units.values()].flatMap((unit) => unit.files));
  const lines = new Map([...files].map((file) => [file, parseLimitLines(read(file), file)] as const));
  return {
    managers: new Map(
      [...units].map(([uid, { limits, files }]) => [
        uid,
        { limits, lines: files.flatMap((file) => lines.get(file) ?? []) },
      ]),
    ),
    init: mayRaise(read("/proc/1/status"), read("/proc/1/uid_map")) ? {} : parseProcess(read("/proc/1/limits")),
    pam: [
      `${PAM}.conf`,
      ...pamFiles.filter((name) => name.endsWith(".conf")).map((name) => `${PAM}.d/${name}`),
    ].flatMap((file) => parsePam(read(file), file)),
    userDefaults: userFiles.flatMap((file) => parseLimitLines(read(file), file)),
  };
}

/** Hard limits of a process that runs. */
export async function gatherProcessLimits(system: System, pid: number): Promise<Limits> {
  return pid === 0 ? {} : parseProcess((await system.files.read(`/proc/${pid}/limits`)) ?? "");
}

/** Sorted by name wherever they lie, and of one name the first place counts (systemd-user.conf(5)). */
async function userConfFiles(system: System): Promise<readonly string[]> {
  const found = await Promise.all(
    USER_CONF_DIRECTORIES.map(async (directory) =>
      (await system.files.list(`${directory}/user.conf.d`)).map((name) => [name, `${directory}/user.conf.d/${name}`]),
    ),
  );
  const byName = new Map(found.reverse().flat() as [string, string][]);
  const names = [...byName.keys()].filter((name) => name.endsWith(".conf")).sort();
  return ["/etc/systemd/user.conf", ...names.map((name) => byName.get(name) ?? "")];
}

const NAMES_OF_PROC: Readonly<Record<Resource, string>> = {
  nofile: "Max open files",
  nproc: "Max processes",
  memlock: "Max locked memory",
};

/** "Max open files            1024                 20000                files" */
function parseProcess(text: string): Limits {
  const lines = text.split("\n");
  return limitsBy((resource) => {
    const line = lines.find((candidate) => candidate.startsWith(`${NAMES_OF_PROC[resource]} `)) ?? "";
    return hardLimit(line.slice(NAMES_OF_PROC[resource].length).trim().split(/\s+/)[1] ?? "");
  });
}

/** Blocks of "Property=value", one for each unit. */
function parseManagers(
  text: string,
): ReadonlyMap<number, { readonly limits: Limits; readonly files: readonly string[] }> {
  return new Map(
    text.split(/\n{2,}/).flatMap((block) => {
      const value = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(block)?.[1] ?? "";
      const uid = /^user@(\d+)\.service$/.exec(value("Id"))?.[1];
      if (uid === undefined) return [];
      const files = `${value("FragmentPath")} ${value("DropInPaths")}`.split(" ").filter((path) => path !== "");
      const limits = limitsBy((resource) => hardLimit(value(RESOURCES[resource].key)));
      return [[Number(uid), { limits, files }] as const];
    }),
  );
}

/** "LimitNOFILE=1024:20000" of a unit, "DefaultLimitNOFILE=" of a manager; systemd passes over what is no limit. */
function parseLimitLines(text: string, file: string): readonly LimitLine[] {
  return text.split("\n").flatMap((raw, index) => {
    const [line, key, value = ""] = /^(?:Default)?(Limit[A-Z]+)\s*=\s*(.*)$/.exec(raw.trim()) ?? [];
    const resource = RESOURCE_NAMES.find((name) => RESOURCES[name].key === key);
    const hard = hardLimit(value);
    if (line === undefined || resource === undefined || hard === undefined) return [];
    return [{ file, line: index + 1, text: line, resource, hard }];
  });
}

/** "@db  hard  nofile  20000"; "-" stands for soft and hard. Memory is counted in KiB (limits.conf(5)). Fedora's and Debian's systemd-user both ask pam_limits. */
function parsePam(text: string, file: string): LimitFacts["pam"] {
  return text.split("\n").flatMap((raw, index) => {
    const line = raw.replace(/#.*/, "").trim();
    const [domain = "", kind = "", item, value = ""] = line.split(/\s+/);
    const resource = RESOURCE_NAMES.find((name) => name === item);
    const hard = hardLimit(value);
    if (resource === undefined || hard === undefined || !["hard", "-"].includes(kind)) return [];
    return [{ file, line: index + 1, text: line, domain, resource, hard: resource === "memlock" ? hard * 1024 : hard }];
  });
}

/** In a user namespace all capabilities are there and none counts; where nothing can be read, nothing is said. */
function mayRaise(status: string, uidMap: string): boolean {
  const held = [...status.matchAll(/^Cap(?:Eff|Bnd):\s*([0-9a-f]+)$/gm)].map(([, digits]) => BigInt(`0x${digits}`));
  const mapped = uidMap.trim().split(/\s+/).join(" ");
  return held.every((set) => ((set >> CAP_SYS_RESOURCE) & 1n) === 1n) && ["", "0 0 4294967295"].includes(mapped);
}

function limitsBy(read: (resource: Resource) => number | undefined): Limits {
  return Object.fromEntries(
    RESOURCE_NAMES.flatMap((resource) => {
      const hard = read(resource);
      return hard === undefined ? [] : [[resource, hard]];
    }),
  );
}
