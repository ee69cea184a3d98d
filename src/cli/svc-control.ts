/** `svc start`, `svc stop`, `svc restart` and `svc reload`. */
import { control, type Verb } from "../apps/control.ts";
import { reloadUnits } from "../apps/reload.ts";
import { findTarget, readIndex, type Target } from "../apps/service-index.ts";
import { makeSystem } from "../system/real.ts";
import { complain, print } from "./output.ts";

const PAST: Readonly<Record<Verb, string>> = { start: "started", stop: "stopped", restart: "restarted" };
/** A model may load for minutes: after this long a person wants to know that we wait, and for what. */
const PATIENCE_MS = 5_000;

export async function controlNames(verb: Verb, names: readonly string[]): Promise<void> {
  const system = makeSystem();
  const index = await readIndex(system);
  const targets = names.map((name) => findTarget(index, name));
  await Promise.all(targets.map((target, position) => controlOne(verb, names[position] ?? "", target)));
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
    await control(system, verb, target);
  } finally {
    clearTimeout(waiting);
  }
  const seconds = ((system.clock.now().getTime() - begun) / 1000).toFixed(1);
  print(`${PAST[verb]} ${name} (${seconds} s)`);
}

export async function reload(name: string): Promise<void> {
  const system = makeSystem();
  const units = await reloadUnits(system, findTarget(await readIndex(system), name));
  print(`reloaded ${units.join(", ")}`);
}
