/** What only root, or only the host's own namespaces, see of the host: file systems, interfaces, clock, certificates, backups. */
import { BACKUPS, newestOf } from "../backup/names.ts";
import { freeSpace } from "../commands/disk.ts";
import { showTracking } from "../commands/host.ts";
import { parseUnits } from "../commands/shown-units.ts";
import { showUnits } from "../commands/systemd.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { hasData } from "../model/backup.ts";
import type { UnitFact } from "../model/facts.ts";
import type { ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import type { Disk, Interface, Measured } from "./measured.ts";

const MAX_BYTES = 1024 * 1024;
const TIMERS = ["backup", "idle", "renew", "verify"] as const;
const unitOf = (name: string) => `install-quadlets-${name}.service`;

/** Who keeps a clock: the first says in a file that it does, chrony when it is asked, and of the others nothing is known from outside. */
const TIMESYNCD = "systemd-timesyncd.service";
const CHRONY = ["chrony.service", "chronyd.service"];
const OTHERS = ["ntpsec.service", "ntpd.service", "ntp.service", "openntpd.service", "phc2sys.service"];
/** Touched at each answer of a server (systemd-timesyncd.service(8)); it goes when the service stops. */
const ANSWERED = "/run/systemd/timesync/synchronized";
/** By then a clock may be off by 16 s, at 500 parts in a million, and the kernel no longer calls it synchronised (adjtimex(2)). */
const TRUSTED_MS = 32_000_000;

export async function gatherDisks(system: System, index: ServiceIndex): Promise<readonly Disk[]> {
  const backups = index.backups?.folder ?? BACKUPS;
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

/** One question about all units of the host; undefined where nobody answers it. */
export async function gatherHostUnits(system: System): Promise<readonly UnitFact[] | undefined> {
  const units = [...TIMERS.map(unitOf), TIMESYNCD, ...CHRONY, ...OTHERS];
  const answer = await ifReadable(system.runner.probe(showUnits("system", units)));
  if (answer?.exitCode !== 0) return undefined;
  return parseUnits(answer.stdout).filter(({ load }) => load === "loaded");
}

/**
 * Without timedatectl, which starts a service each time. Undefined where somebody keeps the clock whose word cannot be had so;
 * `doctor` asks the kernel.
 */
export async function gatherClock(
  system: System,
  units: readonly UnitFact[] | undefined,
): Promise<boolean | undefined> {
  const runs = (names: readonly string[]) =>
    units?.some(({ unit, active }) => active === "active" && names.includes(unit));
  const answered = await ifReadable(system.files.stat(ANSWERED));
  if (answered !== undefined) return system.clock.now().getTime() - answered.modified < TRUSTED_MS;
  if (units === undefined) return undefined;
  if (runs([TIMESYNCD])) return false;
  if (runs(CHRONY)) return isTracking((await ifReadable(system.runner.probe(showTracking())))?.stdout ?? "");
  return runs(OTHERS) ? undefined : false;
}

/** "Leap status     : Normal", or "Not synchronised" behind it. */
function isTracking(text: string): boolean | undefined {
  const status = /^Leap status\s*:\s*(.+)$/m.exec(text)?.[1];
  return status === undefined ? undefined : status !== "Not synchronised";
}

/** A oneshot that failed stays failed until it succeeds. */
export function timersIn(units: readonly UnitFact[] | undefined): Measured["timers"] {
  return TIMERS.flatMap((name) => {
    const fact = units?.find(({ unit }) => unit === unitOf(name));
    return fact === undefined ? [] : [{ name, failed: fact.active === "failed" }];
  });
}

/** By their names: nothing is opened. */
export async function gatherBackups(system: System, index: ServiceIndex): Promise<Measured["backups"]> {
  const names = (await ifReadable(system.files.list(index.backups?.folder ?? BACKUPS))) ?? [];
  const newest = newestOf(names);
  const withData = index.services.filter(({ name, backup }) => hasData(backup) || newest.has(name));
  return withData.map(({ name }) => ({ service: name, taken: newest.get(name) }));
}

async function isThere(system: System, path: string): Promise<boolean> {
  return (await ifReadable(system.files.stat(path))) !== undefined;
}
