/** Facts of the machine: kernel, podman, tools, clock, memory, SELinux. */
import { archiveWithCapabilities, showClock } from "../commands/host.ts";
import type { ClockFact, KernelFact, Parts, PodmanFact, SelinuxFact, ToolsFact } from "../diagnosis/parts.ts";
import { gatherMissingTools, HELPER_DIRECTORIES } from "../facts/tools.ts";
import { gatherPodman as askPodman } from "../facts/versions.ts";
import type { System } from "../system/interfaces.ts";
import type { Base } from "./base.ts";

const GENERATORS = ["/usr/lib/systemd/user-generators", "/usr/local/lib/systemd/user-generators"];

export async function gatherKernel(system: System): Promise<KernelFact> {
  const read = async (path: string) => (await system.files.read(path, 64 * 1024))?.trim();
  const sysctl = (name: string) => read(`/proc/sys/${name}`);
  const controllers = await read("/sys/fs/cgroup/cgroup.controllers");
  const namespaces = await sysctl("user/max_user_namespaces");
  return {
    release: (await sysctl("kernel/osrelease")) ?? "",
    controllers: controllers?.split(/\s+/).filter((name) => name !== ""),
    namespaces: namespaces === undefined ? undefined : Number(namespaces),
    forbidden: (await sysctl("kernel/unprivileged_userns_clone")) === "0",
    restricted: (await sysctl("kernel/apparmor_restrict_unprivileged_userns")) === "1",
    profile: system.host.statTrusted("/etc/apparmor.d/podman") !== undefined,
    container: (system.host.readTrusted("/run/systemd/container") ?? "").trim(),
  };
}

export async function gatherPodman(system: System): Promise<PodmanFact> {
  return {
    ...(await askPodman(system)),
    generator: system.host.findProgram("podman-user-generator", GENERATORS) !== undefined,
  };
}

export async function gatherTools(system: System): Promise<ToolsFact> {
  const find = (name: string, more?: readonly string[]) => system.host.findProgram(name, more);
  const maps = ["newuidmap", "newgidmap"].flatMap((name) => find(name) ?? []);
  const plain = maps.filter((path) => ((system.host.statTrusted(path)?.mode ?? 0) & 0o4000) === 0);
  const [missing, powerless] = await Promise.all([gatherMissingTools(system), withoutCapability(system, plain)]);
  const runtime = ["crun", "runc"].find((name) => find(name, HELPER_DIRECTORIES) !== undefined);
  return { missing, powerless, runtime, netavark: find("netavark", HELPER_DIRECTORIES) !== undefined };
}

/** Where nobody can say it, nothing is claimed. */
async function withoutCapability(system: System, paths: readonly string[]): Promise<readonly string[]> {
  if (system.host.findProgram("tar") === undefined) return [];
  const answers = await Promise.all(paths.map((path) => system.runner.probe(archiveWithCapabilities(path))));
  return paths.filter((_, at) => answers[at]?.exitCode === 0 && !hasCapability(answers[at]?.stdout ?? ""));
}

/** In a header of pax(1): "41 SCHILY.xattr.security.capability=...". */
export function hasCapability(archive: string): boolean {
  return archive.includes("SCHILY.xattr.security.capability=");
}

export async function gatherClock(system: System): Promise<ClockFact> {
  if (system.host.findProgram("timedatectl") === undefined) return { synchronised: undefined, can: false, on: false };
  return parseClock((await system.runner.probe(showClock())).stdout);
}

export function parseClock(text: string): ClockFact {
  const value = (name: string) => new RegExp(`^${name}=(yes|no)$`, "m").exec(text)?.[1];
  const synchronised = value("NTPSynchronized");
  return {
    synchronised: synchronised === undefined ? undefined : synchronised === "yes",
    can: value("CanNTP") === "yes",
    on: value("NTP") === "yes",
  };
}

export async function gatherMemory(system: System): Promise<Parts["memory"]> {
  return parseMemory((await system.files.read("/proc/meminfo")) ?? "");
}

/** "MemTotal:       32768000 kB" */
export function parseMemory(text: string): Parts["memory"] {
  const of = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
  return { total: of("MemTotal"), swap: of("SwapTotal") };
}

const POLICIES = ["/usr/share/selinux/packages/container.pp.bz2", "/usr/share/selinux/packages/container.pp"];
const CONTEXTS = ["file_contexts.local", "file_contexts.subs", "file_contexts.subs_dist"].map(
  (name) => `/etc/selinux/targeted/contexts/files/${name}`,
);

export async function gatherSelinux(system: System, { index }: Base): Promise<SelinuxFact> {
  const enforcing = system.host.readTrusted("/sys/fs/selinux/enforce")?.trim() === "1";
  if (!enforcing) return { enforcing, policy: false, unlabelled: [] };
  const rules = CONTEXTS.map((file) => system.host.readTrusted(file) ?? "").join("\n");
  const homes = [...new Set<string>(index?.services.map(({ home }) => home) ?? [])];
  return {
    enforcing,
    policy: POLICIES.some((path) => system.host.statTrusted(path) !== undefined),
    unlabelled: homes.filter((home) => !rules.includes(`${home}/.local/share/containers`)),
  };
}
