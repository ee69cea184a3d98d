/** `vllm-manage gpu`: each card with its memory, who was given it, who uses it now, and what stands in the way. */

import { readGpuProblems } from "../apps/gpu-problems.ts";
import { type GpuUse, readGpus, type Use } from "../apps/gpus.ts";
import { readIndex } from "../apps/service-index.ts";
import { gatherNvidiaDriver } from "../facts/driver.ts";
import { INDEX_PATH } from "../model/index-file.ts";
import { memoryText } from "../model/size.ts";
import { visible } from "../model/visible.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";

/** Works for everybody; who was given a card, and whether they can use it, only root may know. */
export async function gpu(options: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const root = system.host.effectiveUid() === 0;
  const installed = root && (await system.files.stat(INDEX_PATH)) !== undefined;
  const services = installed ? (await readIndex(system)).services : [];
  const [{ gpus, trouble }, problems] = await Promise.all([
    readGpus(system, services),
    readGpuProblems(system, services),
  ]);
  const driver = gatherNvidiaDriver(system);
  const wanted = services.filter((service) => service.gpu !== undefined).map(({ name }) => name);
  if (trouble.length > 0 || problems.length > 0 || (gpus.length === 0 && wanted.length > 0)) process.exitCode = 1;
  if (options.json === true) {
    printJson({ version: 1, driver: driver ?? null, gpus: gpus.map(asJson), trouble, problems });
    return;
  }
  if (gpus.length === 0) print(nothing(driver, wanted));
  else
    print(table([["GPU", "NAME", "MEMORY", "FREE", "GIVEN TO", "USED BY"], ...gpus.flatMap((one) => rows(one, root))]));
  if (driver !== undefined && gpus.length > 0) print(`NVIDIA driver ${driver}`);
  for (const line of trouble) print(visible(line));
  for (const { message, hint } of problems) print(visible(`problem: ${message}\n  hint: ${hint}`));
}

function nothing(driver: string | undefined, wanted: readonly string[]): string {
  const asked = wanted.length === 0 ? "" : `; ${wanted.join(" and ")} cannot start without one`;
  const loaded =
    driver === undefined ? "no driver of NVIDIA or AMD is loaded" : `the NVIDIA driver ${driver} shows none`;
  return `there is no GPU on this host: ${loaded}${asked}`;
}

/** One line for each process; the card itself stands in the first. */
function rows({ gpu, given, used }: GpuUse, root: boolean): readonly (readonly string[])[] {
  const shares = given.map(({ service, share }) =>
    share === undefined ? service : `${service} (${Math.round(share * 100)} %)`,
  );
  const parts = gpu.parts.map(({ totalBytes }) => memoryText(totalBytes)).join(" + ");
  const card = [
    String(gpu.index),
    visible(gpu.name) + (parts === "" ? "" : `, cut into ${parts}`),
    memoryText(gpu.totalBytes),
    memoryText(gpu.totalBytes - gpu.reservedBytes - gpu.usedBytes),
    root ? shares.join(", ") || "nobody" : "only root knows",
  ];
  const [first, ...others] = used.map(useWord);
  return [[...card, first ?? "nobody"], ...others.map((use) => ["", "", "", "", "", use])];
}

function useWord({ pid, program, user, service, usedBytes }: Use): string {
  const who = service ?? user ?? "somebody";
  return `${who}: ${visible(program)} (pid ${pid}${usedBytes === undefined ? "" : `, ${memoryText(usedBytes)}`})`;
}

function asJson({ gpu, given, used }: GpuUse): object {
  const { vendor, index, uuid, name, totalBytes, reservedBytes, usedBytes, busy, parts } = gpu;
  const bytes = { totalBytes, reservedBytes, usedBytes };
  return { vendor, index, uuid: uuid ?? null, name, ...bytes, busy: busy ?? null, parts, given, used };
}
