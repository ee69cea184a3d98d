/** What only root, or only the host's own namespaces, see of the host: file systems, interfaces, clock, certificates, backups. */
import { BACKUPS, parseName } from "../backup/names.ts";
import { freeSpace } from "../commands/disk.ts";
import { showClock } from "../commands/host.ts";
import { parseUnits } from "../commands/shown-units.ts";
import { showUnits } from "../commands/systemd.ts";
import { ifReadable } from "../facts/if-readable.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import type { Disk, Interface, Measured } from "./measured.ts";

const MAX_BYTES = 1024 * 1024;
const TIMERS = ["backup", "idle", "renew", "verify"] as const;

export async function gatherDisks(system: System, index: ServiceIndex): Promise<readonly Disk[]> {
  const backups = index.measured?.backups ?? BACKUPS;
  const paths = [
    "/",
    ...index.services.map(({ home }) => home),
    ...((await isThere(system, backups)) ? [backups] : []),
  ];
  return parseDisks((await ifReadable(system.runner.probe(freeSpace(paths))))?.stdout ?? "");
}

/** A line a place behind a head; those on one file system say the same. */
export function parseDisks(text: string): readonly Disk[] {
  const disks = text
    .trim()
    .split("\n")
    .slice(1)
    .flatMap((line): readonly Disk[] => {
      const [size, free, freeInodes, inodes, ...target] = line.trim().split(/\s+/);
      const mountpoint = target.join(" ");
      const numbers = [size, free, freeInodes, inodes].map((word) => (word === "-" ? 0 : Number(word)));
      const [bytes = 0, left = 0, leftInodes = 0, all = 0] = numbers;
      if (mountpoint === "" || numbers.some(Number.isNaN)) return [];
      return [{ mountpoint, size: bytes, free: left, inodes: all, freeInodes: leftInodes }];
    });
  return [...new Map(disks.map((disk) => [disk.mountpoint, disk])).values()];
}

/** Those of the first process are the host's; /proc/net would be a link. */
export async function gatherInterfaces(system: System): Promise<readonly Interface[]> {
  return parseInterfaces((await ifReadable(system.files.read("/proc/1/net/dev", MAX_BYTES))) ?? "");
}

/** "eth0: 1 2 3 4 5 6 7 8 9 ...": the first number is what came in, the ninth what went out, in bytes. */
export function parseInterfaces(text: string): readonly Interface[] {
  return text.split("\n").flatMap((line) => {
    const [, device = "", rest = ""] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? [];
    const numbers = rest.split(/\s+/).map(Number);
    const [received, sent] = [numbers[0], numbers[8]];
    if (device === "" || device === "lo" || !Number.isFinite(received) || !Number.isFinite(sent)) return [];
    return [{ device, received: received as number, sent: sent as number }];
  });
}

export async function gatherClock(system: System): Promise<boolean | undefined> {
  const said = (await ifReadable(system.runner.probe(showClock())))?.stdout ?? "";
  const word = /^NTPSynchronized=(yes|no)$/m.exec(said)?.[1];
  return word === undefined ? undefined : word === "yes";
}

/** A oneshot that failed stays failed until it succeeds. */
export async function gatherTimers(system: System): Promise<Measured["timers"]> {
  const unitOf = (name: string) => `install-quadlets-${name}.service`;
  const stdout = (await ifReadable(system.runner.probe(showUnits("system", TIMERS.map(unitOf)))))?.stdout ?? "";
  const facts = parseUnits(stdout).filter(({ load }) => load === "loaded");
  return TIMERS.flatMap((name) => {
    const fact = facts.find(({ unit }) => unit === unitOf(name));
    return fact === undefined ? [] : [{ name, failed: fact.active === "failed" }];
  });
}

/** By their names: nothing is opened. */
export async function gatherBackups(system: System, index: ServiceIndex): Promise<Measured["backups"]> {
  const names = (await ifReadable(system.files.list(index.measured?.backups ?? BACKUPS))) ?? [];
  const newest = new Map<string, number>();
  for (const name of names) {
    const parsed = parseName(name);
    const taken = parsed && Date.parse(parsed.taken.replace(/T(\d\d)(\d\d)(\d\d)Z$/, "T$1:$2:$3Z")) / 1000;
    if (parsed === undefined || taken === undefined || Number.isNaN(taken)) continue;
    if (index.services.some((service) => service.name === parsed.service))
      newest.set(parsed.service, Math.max(taken, newest.get(parsed.service) ?? 0));
  }
  return [...newest].map(([service, taken]) => ({ service, taken }));
}

async function isThere(system: System, path: string): Promise<boolean> {
  return (await ifReadable(system.files.stat(path))) !== undefined;
}
