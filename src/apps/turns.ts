/** Services that take turns: who is awake, and how another one is woken instead. */
import { Stopped, UserError, userError } from "../model/diagnostic.ts";
import { EXIT } from "../model/exit-code.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import { gpuName, isSameGpu } from "../model/sharing.ts";
import type { System } from "../system/interfaces.ts";
import { control, readStates } from "./control.ts";
import { stopForGood } from "./stop-for-good.ts";

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

/**
 * The others stop, it starts; where it does not come up, or somebody will not wait for it, they are what runs again. `say` tells whoever
 * pressed Ctrl-C what happens now.
 */
export async function swapTo(
  system: System,
  service: IndexedService,
  others: readonly IndexedService[],
  start: () => Promise<void>,
  say: (text: string) => void,
): Promise<void> {
  const former = others.map(({ name }) => name).join(", ");
  const stop = withStop(system, () =>
    say(`stopping: ${service.name} goes down and ${former} comes back; Ctrl-C once more leaves it at that`),
  );
  const wake = (other: IndexedService) => control(system, "start", { service: other, units: other.units });
  const stopped: IndexedService[] = [];
  try {
    for (const other of others) {
      stopped.push(other);
      await control(system, "stop", { service: other, units: other.units });
    }
    await stop.unlessAsked(start);
  } catch (error) {
    // What came up half, or is still being tried, has the turn.
    const target = { service, units: service.units };
    const ended = error instanceof Stopped ? stopForGood(system, target) : control(system, "stop", target);
    await ended.catch(() => undefined);
    const back = await Promise.allSettled(stopped.map(wake));
    const failed = stopped.filter((_, position) => back[position]?.status === "rejected").map(({ name }) => name);
    if (!(error instanceof UserError)) throw error;
    const names = stopped.map(({ name }) => name).join(", ");
    const runs = failed.length === 0 ? `${names} runs again` : `${failed.join(", ")} did not come up again either`;
    if (error instanceof Stopped) {
      const again = failed.length === 0 ? undefined : `sudo svc start ${failed.join(" ")}`;
      throw new Stopped(`${service.name} was given up, and ${runs}`, again);
    }
    throw userError(
      "unit-failed",
      `${service.name} did not start, and ${runs}: ${error.message}`,
      `svc logs ${service.name}`,
    );
  } finally {
    stop.release();
  }
}

/** Work that Ctrl-C ends at once; what it began goes on beside that until somebody stops it. */
function withStop({ signals }: System, onFirst: () => void) {
  let give: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    give = resolve;
  });
  const held = signals.hold(() => {
    onFirst();
    give();
  });
  const stopped = async (): Promise<never> => {
    await asked;
    throw new Stopped("stopped");
  };
  return {
    release: held.release,
    unlessAsked: (work: () => Promise<void>): Promise<void> =>
      held.asked() ? stopped() : Promise.race([work(), stopped()]),
  };
}
