/** Reads the facts that some checks need, all side by side and none for longer than its limit, and has them judged. */
import type { Check } from "../diagnosis/check.ts";
import { type Entry, judgeAll, type Settled, type SettledParts } from "../diagnosis/judge-all.ts";
import type { PartName, Parts } from "../diagnosis/parts.ts";
import { gatherSystemdVersion } from "../facts/versions.ts";
import type { System } from "../system/interfaces.ts";
import { type Base, gatherBase } from "./base.ts";
import { gatherBackups } from "./gather-backups.ts";
import { gatherFirewall } from "./gather-firewall.ts";
import { gatherImages } from "./gather-images.ts";
import { gatherClock, gatherKernel, gatherMemory, gatherPodman, gatherSelinux, gatherTools } from "./gather-machine.ts";
import { gatherSockets, gatherTailscale, gatherUnits } from "./gather-net.ts";
import { gatherAsks, gatherIds, gatherOurs } from "./gather-own.ts";
import { gatherCertificates, gatherGpu, gatherRoom, gatherRuns, gatherServices } from "./gather-running.ts";
import { hurried } from "./hurried.ts";
import { within } from "./within.ts";

export interface Circumstances {
  /** Version of Node that runs this. */
  readonly node: string;
  /** Of this machine, as node calls it; for whoever asks about images. */
  readonly architecture?: string;
  /** A run of ours is at work. */
  readonly isRunning: () => boolean;
  /** For a whole part; a single command gets a little less. */
  readonly limitMs?: number;
}

export interface Examined {
  readonly base: Base;
  readonly entries: readonly Entry[];
}

/** With the start of node it ends within two seconds, whatever hangs. */
const LIMIT_MS = 1_500;

type Gatherers = { readonly [P in PartName]: () => Promise<Parts[P]> };

export async function examine(
  system: System,
  checks: readonly Check[],
  circumstances: Circumstances,
): Promise<Examined> {
  const { limitMs = LIMIT_MS } = circumstances;
  const base = await gatherBase(system);
  const { os, root, installed, index } = base;
  const gather = gatherersFor(hurried(system, limitMs * 0.8), base, circumstances, limitMs * 0.9);
  // Nothing is asked for checks that will say nothing.
  const asked = checks.filter(
    (check) =>
      !(check.needsRoot && !root) &&
      !(check.ours && (!installed || (index === undefined && !check.from.includes("record")))),
  );
  const names = [...new Set(asked.flatMap((check) => [...check.from, ...check.with]))];
  const settled = await Promise.all(
    names.map(async (name) => [name, await settlePart(gather, name, limitMs)] as const),
  );
  const about = { os, root, installed, now: system.clock.now() };
  const parts = Object.fromEntries(settled) as SettledParts;
  return { base, entries: judgeAll(checks, { about, readable: index !== undefined, parts }) };
}

function settlePart<P extends PartName>(gather: Gatherers, name: P, limitMs: number): Promise<Settled<Parts[P]>> {
  return within(limitMs, () => gather[name]());
}

function gatherersFor(
  system: System,
  base: Base,
  { node, isRunning, architecture }: Circumstances,
  serviceMs: number,
): Gatherers {
  return {
    kernel: () => gatherKernel(system),
    systemd: async () => ({ version: await gatherSystemdVersion(system) }),
    podman: () => gatherPodman(system),
    node: async () => ({ version: node }),
    tools: () => gatherTools(system),
    clock: () => gatherClock(system),
    memory: () => gatherMemory(system),
    ids: () => gatherIds(system, base),
    index: async () => base.index as Parts["index"],
    record: async () => ({ trouble: base.trouble, services: base.index?.services.length ?? 0 }),
    ours: () => gatherOurs(system, base),
    asks: () => gatherAsks(system, base),
    units: () => gatherUnits(system),
    tailscale: () => gatherTailscale(system),
    addresses: async () => system.host.addresses(),
    sockets: () => gatherSockets(system, base),
    firewall: () => gatherFirewall(system, base),
    selinux: () => gatherSelinux(system, base),
    gpu: () => gatherGpu(system, base),
    certificate: () => gatherCertificates(system, base),
    services: () => gatherServices(system, base, serviceMs),
    runs: () => gatherRuns(system, isRunning),
    room: () => gatherRoom(system, base),
    backups: () => gatherBackups(system, base),
    images: () => gatherImages(system, base, architecture),
  };
}
