/** Services that take turns: who is awake, and how another one is woken instead. */
import { UserError, userError } from "../model/diagnostic.ts";
import { EXIT } from "../model/exit-code.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { gpuName, isSameGpu } from "../model/sharing.ts";
import type { System } from "../system/interfaces.ts";
import { control, readStates } from "./control.ts";

/** Nothing has failed, another one has its turn. */
class OtherIsAwake extends UserError {
  override readonly code = "turn-taken";

  override readonly exitCode = EXIT.otherIsAwake;
}

/** Those that would have to sleep for it, as far as their managers answer. */
export async function awakeInstead(
  system: System,
  index: ServiceIndex,
  service: IndexedService,
): Promise<readonly IndexedService[]> {
  const group = service.swap?.group;
  if (group === undefined) return [];
  const others = index.services.filter((other) => other !== service && other.swap?.group === group);
  const states = await readStates(
    system,
    others.map((other) => ({ service: other, units: other.units })),
  );
  const isAwake = (other: IndexedService) =>
    states.some(
      (state) => state.service === other && !["inactive", "failed"].includes(state.fact?.active ?? "inactive"),
    );
  return others.filter(isAwake);
}

export function otherIsAwake(service: IndexedService, others: readonly IndexedService[], name: string): UserError {
  const names = others.map((other) => `${other.name} is awake${onGpu(service, other)}`).join(", ");
  return new OtherIsAwake(`${names}, and takes turns with ${service.name}`, `svc start ${name} --swap stops it first`);
}

/** " on GPU 0": what both want. */
function onGpu(service: IndexedService, other: IndexedService): string {
  const shared = other.gpu?.devices.find((one) => service.gpu?.devices.some((device) => isSameGpu(device, one)));
  return shared === undefined ? "" : ` on ${gpuName(shared)}`;
}

/** The others stop, it starts; where it does not come up, they are what runs again. */
export async function swapTo(
  system: System,
  service: IndexedService,
  others: readonly IndexedService[],
  start: () => Promise<void>,
): Promise<void> {
  const wake = (other: IndexedService) => control(system, "start", { service: other, units: other.units });
  const stopped: IndexedService[] = [];
  try {
    for (const other of others) {
      stopped.push(other);
      await control(system, "stop", { service: other, units: other.units });
    }
    await start();
  } catch (error) {
    // What came up half, or is still being tried, has the turn.
    await control(system, "stop", { service, units: service.units }).catch(() => undefined);
    const back = await Promise.allSettled(stopped.map(wake));
    const failed = stopped.filter((_, position) => back[position]?.status === "rejected").map(({ name }) => name);
    if (!(error instanceof UserError)) throw error;
    const names = stopped.map(({ name }) => name).join(", ");
    const runs = failed.length === 0 ? `${names} runs again` : `${failed.join(", ")} did not come up again either`;
    throw userError(
      "unit-failed",
      `${service.name} did not start, and ${runs}: ${error.message}`,
      `svc logs ${service.name}`,
    );
  }
}
