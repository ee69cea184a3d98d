/** Facts of what runs: GPUs, certificates, services, the last runs, and room for all of it. */
import { readGpuProblems } from "../apps/gpu-problems.ts";
import { lookAt } from "../apps/look.ts";
import { freeSpace, parseFreeSpace } from "../commands/disk.ts";
import type { CertificatePart, GpuPart, RoomFact, RunsFact, ServicePart } from "../diagnosis/parts-running.ts";
import { gatherLocalAccounts } from "../facts/accounts.ts";
import { gatherCdi } from "../facts/cdi.ts";
import { gatherNvidiaDriver } from "../facts/driver.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { listGenerations } from "../record/generations.ts";
import type { System } from "../system/interfaces.ts";
import type { Base } from "./base.ts";
import { within } from "./within.ts";

const VENDORS: Readonly<Record<string, string>> = { "0x10de": "NVIDIA", "0x1002": "AMD" };
/** Display controllers (0x03....), by PCI class. */
const DISPLAY = /^0x03/;
const NVIDIA_ALL = "nvidia.com/gpu=all";
const DRIVER = "https://docs.nvidia.com/datacenter/tesla/driver-installation-guide has NVIDIA's own steps";

export async function gatherGpu(system: System, { index }: Base): Promise<GpuPart> {
  const services = index?.services ?? [];
  const asking = services.filter(({ gpu }) => gpu !== undefined);
  const driver = gatherNvidiaDriver(system);
  const [{ specs }, found] = await Promise.all([gatherCdi(system), gatherCards(system)]);
  const cards = [...new Set([...found, ...(driver === undefined ? [] : ["NVIDIA"])])];
  const isNvidia = cards.includes("NVIDIA");
  const problems =
    asking.length > 0
      ? await readGpuProblems(system, asking)
      : isNvidia && driver === undefined
        ? [{ message: "an NVIDIA card is in this machine, and its driver is not loaded", hint: DRIVER }]
        : isNvidia
          ? await readGpuProblems(system, [await anybody(system)])
          : [];
  const devices = [...new Set(specs.flatMap(({ kind, devices }) => devices.map(({ name }) => `${kind}=${name}`)))];
  const toolkit = system.host.findProgram("nvidia-ctk") !== undefined;
  return { cards, driver, devices, problems, toolkit, asking: asking.map(({ name }) => name) };
}

async function gatherCards(system: System): Promise<readonly string[]> {
  const devices = (await system.files.list("/sys/bus/pci/devices")).map((name) => `/sys/bus/pci/devices/${name}`);
  return devices.flatMap((device) => {
    if (!DISPLAY.test(system.host.readTrusted(`${device}/class`) ?? "")) return [];
    const vendor = VENDORS[(system.host.readTrusted(`${device}/vendor`) ?? "").trim()];
    return vendor === undefined ? [] : [vendor];
  });
}

/** Before there is an account of ours: whoever asks, and for root the account that may do nothing. */
async function anybody(system: System): Promise<IndexedService> {
  const uid = system.host.effectiveUid() === 0 ? 65_534 : system.host.effectiveUid();
  const account = (await gatherLocalAccounts(system)).find((one) => one.uid === uid);
  const who = account ?? { user: `uid ${uid}`, uid, gid: uid, home: "/" };
  return { ...who, gpu: { devices: [NVIDIA_ALL] }, units: [] } as unknown as IndexedService;
}

/** Loads node:crypto: only where there is a certificate. */
export async function gatherCertificates(system: System, { index }: Base): Promise<CertificatePart> {
  if (index?.certificate === undefined) return { refused: undefined, ends: [] };
  const { readExpiries } = await import("../apps/expiry.ts");
  const { judgeCertificate } = await import("../apps/expiry-text.ts");
  const expiries = await readExpiries(system, index.certificate.wanted);
  const judged = judgeCertificate(expiries);
  return {
    refused:
      judged === undefined
        ? undefined
        : { sentence: `${index.certificate.wanted.service}: ${judged.sentence}`, hint: judged.hint },
    ends: (["certificate", "tailscale"] as const).flatMap((which) => {
      const expiry = expiries[which];
      if (expiry === undefined) return [];
      const { daysLeft, until, renewedFrom } = expiry;
      return [{ which: which === "certificate" ? "of the site" : "from Tailscale", daysLeft, until, renewedFrom }];
    }),
  };
}

/** Each by itself: one that does not answer costs its own line only. */
export async function gatherServices(
  system: System,
  { index }: Base,
  limitMs: number,
): Promise<readonly ServicePart[]> {
  return Promise.all(
    (index?.services ?? []).map(async (service) => {
      const { name, user } = service;
      const settled = await within(limitMs, async () => (await lookAt(system, [service]))[0]?.judgement);
      if (settled.kind === "known" && settled.value !== undefined) {
        const { word, sentence, hint } = settled.value;
        return { name, user, word, sentence, hint };
      }
      const why = settled.kind === "failed" ? settled.message : `its state was not told within ${limitMs / 1000} s`;
      return { name, user, word: undefined, sentence: why, hint: undefined };
    }),
  );
}

export async function gatherRuns(system: System, isRunning: () => boolean): Promise<RunsFact> {
  const runs = await listGenerations(system.files);
  return { last: runs.at(-1), running: isRunning() };
}

export async function gatherRoom(system: System, { index }: Base): Promise<readonly RoomFact[]> {
  const homes = new Map((index?.services ?? []).map(({ home, name }) => [home as string, name as string] as const));
  const paths = homes.size === 0 ? ["/var/lib"] : [...homes.keys()];
  const { stdout } = await system.runner.probe(freeSpace(paths));
  const rows = parseFreeSpace(stdout);
  if (rows.length === 0) throw userError("bad-answer", `df says nothing about ${paths.join(", ")}`);
  const named = rows.length === paths.length;
  const byPlace = new Map<string, RoomFact>();
  for (const [row, fact] of rows.entries()) {
    const own = homes.size === 0 ? "images and data" : named ? (homes.get(paths[row] ?? "") ?? "data") : "data";
    const before = byPlace.get(fact.place);
    byPlace.set(fact.place, {
      ...fact,
      holds: before === undefined || before.holds === own ? own : `${before.holds}, ${own}`,
    });
  }
  return [...byPlace.values()];
}
