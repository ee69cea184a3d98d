/** `svc start`, `svc stop`, `svc restart` and `svc reload`. */
import { control, type Verb } from "../apps/control.ts";
import { reloadUnits } from "../apps/reload.ts";
import { findTarget, readIndex, type Target } from "../apps/service-index.ts";
import { stopForGood } from "../apps/stop-for-good.ts";
import { awakeInstead, otherIsAwake, swapTo } from "../apps/turns.ts";
import { userError } from "../model/diagnostic.ts";
import { groupBy } from "../model/group-by.ts";
import { CommandFailed } from "../system/command-failed.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { complain, print } from "./output.ts";

const PAST: Readonly<Record<Verb, string>> = { start: "started", stop: "stopped", restart: "restarted" };
/** A model may load for minutes: after this long a person wants to know that we wait, and for what. */
const PATIENCE_MS = 5_000;

export interface ControlOptions {
  /** Stops who has the turn. */
  readonly swap?: boolean;
}

export async function controlNames(verb: Verb, names: readonly string[], options: ControlOptions = {}): Promise<void> {
  const system = makeSystem();
  const index = await readIndex(system);
  const targets = names.map((name) => findTarget(index, name));
  refuseTwo(verb, targets);
  await Promise.all(
    targets.map(async (target, position) => {
      const name = names[position] ?? "";
      const { service } = target;
      const others = verb === "stop" ? [] : await awakeInstead(system, index, service);
      if (others.length === 0) return controlOne(verb, name, target);
      if (options.swap !== true) throw otherIsAwake(service, others, name);
      return swapTo(system, service, others, () => controlOne(verb, name, target), complain);
    }),
  );
}

function refuseTwo(verb: Verb, targets: readonly Target[]): void {
  if (verb === "stop") return;
  const services = [...new Set(targets.map(({ service }) => service))].filter(({ swap }) => swap !== undefined);
  for (const [group, members] of groupBy(services, ({ swap }) => swap?.group)) {
    if (members.length < 2) continue;
    const names = members.map(({ name }) => name).join(" and ");
    throw userError(
      "ambiguous",
      `${names} take turns: one of the group ${group} is awake at a time`,
      "name one of them",
    );
  }
}

async function controlOne(verb: Verb, name: string, target: Target): Promise<void> {
  const system = makeSystem();
  const begun = system.clock.now().getTime();
  const waiting = setTimeout(
    () =>
      complain(
        `waiting until ${name} is ${verb === "stop" ? "down" : "healthy"}; svc logs -f ${name} shows what it does`,
      ),
    PATIENCE_MS,
  );
  try {
    await (verb === "stop" ? stopForGood(system, target) : bringUp(system, verb, name, target));
  } finally {
    clearTimeout(waiting);
  }
  const seconds = ((system.clock.now().getTime() - begun) / 1000).toFixed(1);
  print(`${PAST[verb]} ${name} (${seconds} s)`);
}

/** Waits on where time was up and the start gets on. */
export async function bringUp(system: System, verb: "start" | "restart", name: string, target: Target): Promise<void> {
  try {
    await control(system, verb, target);
  } catch (error) {
    // Loaded here: what goes well needs none of it.
    const { getsOn, whyDown } = await import("./svc-why-down.ts");
    const isOver = !(error instanceof CommandFailed && error.outcome.kind === "timeout");
    if (isOver || !(await getsOn(system, name))) throw await whyDown(system, name, error);
    // Another restart would begin anew.
    await bringUp(system, "start", name, target);
  }
}

export async function reload(name: string): Promise<void> {
  const system = makeSystem();
  const units = await reloadUnits(system, findTarget(await readIndex(system), name));
  print(`reloaded ${units.join(", ")}`);
}
