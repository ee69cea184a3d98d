/** Starting, stopping and asking after units of the service users. */
import { asUser } from "../commands/accounts.ts";
import { checkHealth } from "../commands/podman.ts";
import { controlUnits } from "../commands/systemd.ts";
import { askManager } from "../facts/units.ts";
import { UserError, userError } from "../model/diagnostic.ts";
import type { UnitFact } from "../model/facts.ts";
import type { IndexedService } from "../model/index-file.ts";
import { containerName, type IndexedUnit } from "../model/indexed-unit.ts";
import { isBetweenTries } from "../model/tries.ts";
import { visible } from "../model/visible.ts";
import type { System } from "../system/interfaces.ts";
import { readHealth } from "./health-log.ts";
import type { Target } from "./service-index.ts";

export interface UnitState {
  readonly service: IndexedService;
  readonly unit: IndexedUnit;
  /** Of its user: "silent" where it does not answer in time. */
  readonly manager: "up" | "down" | "silent";
  readonly fact: UnitFact | undefined;
}

/** What a manager takes that is busy; who is stopped, or hostile, must not keep the others' rows back. */
const PATIENCE_MS = 2_500;

/** One systemctl call per user, side by side. */
export async function readStates(system: System, targets: readonly Target[]): Promise<readonly UnitState[]> {
  const lists = await Promise.all(
    targets.map(async (target) => {
      const { manager, facts } = await readManager(system, target);
      const { service, units } = target;
      return units.map((unit) => ({ service, unit, manager, fact: facts.find((fact) => fact.unit === unit.unit) }));
    }),
  );
  return lists.flat();
}

interface ManagerAnswer {
  readonly manager: UnitState["manager"];
  readonly facts: readonly UnitFact[];
}

async function readManager(system: System, { service, units }: Target): Promise<ManagerAnswer> {
  const names = units.map((unit) => unit.unit);
  try {
    const facts = await askManager(system, service, names, PATIENCE_MS);
    return facts === undefined ? { manager: "down", facts: [] } : { manager: "up", facts };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { manager: "silent", facts: [] };
  }
}

/** A word for people: "running" means that the health check has passed, where there is one. */
export function stateWord({ unit, fact, manager }: UnitState): string {
  if (manager === "silent") return "no answer";
  if (manager === "down") return "no user manager";
  if (fact === undefined || fact.load === "not-found") return "missing";
  if (fact.active === "active")
    return unit.kind === "oneshot" ? "finished" : unit.kind === "socket" ? "listening" : "running";
  if (isBetweenTries(fact)) return fact.result === "success" ? "failing" : `failing (${fact.result})`;
  if (fact.active === "activating") return "starting";
  if (fact.active === "failed") return `failed (${fact.result})`;
  return fact.active === "inactive" ? "stopped" : fact.active;
}

export function isUp(state: UnitState): boolean {
  return state.fact?.active === "active";
}

export type Verb = "start" | "stop" | "restart";

/** vLLM may load for an hour; systemd's own TimeoutStartSec ends it before this does. */
const LONGEST_START_MS = 2 * 60 * 60 * 1000;

/** Returns when systemd is done: for a start, when the units are healthy. */
export async function control(system: System, verb: Verb, target: Target): Promise<void> {
  const units = unitsFor(verb, target).map((unit) => unit.unit);
  const run = (what: Verb | "reset-failed") =>
    asUser(target.service, controlUnits("user", what, units, { timeoutMs: LONGEST_START_MS }));
  // A unit that failed too often refuses to start until somebody says so; saying so is what we are here for.
  if (verb !== "stop") await system.runner.probe(run("reset-failed"));
  try {
    await system.runner.run(run(verb));
  } catch (error) {
    const { service } = target;
    if (!(error instanceof UserError) || (await askManager(system, service, units)) !== undefined) throw error;
    throw userError(
      "not-running",
      `the user manager of ${service.user} does not run`,
      `sudo systemctl start user@${service.uid}.service`,
    );
  }
}

/**
 * Restarting a pod restarts its members; restarting a service keeps its sockets open, so that no connection is lost.
 * Stopping takes the sockets too: the next connection would start the service again.
 */
function unitsFor(verb: Verb, { units }: Target): readonly IndexedUnit[] {
  if (verb !== "restart" || units.length === 1) return units;
  const pods = units.filter((unit) => unit.kind === "pod");
  return pods.length > 0 ? pods : units.filter((unit) => unit.kind !== "socket");
}

export interface HealthAnswer {
  readonly unit: IndexedUnit;
  readonly healthy: boolean;
  /** What the check said, or the state of a unit that has none. */
  readonly answer: string;
}

/** Runs every health check now, side by side. */
export async function askHealth(system: System, states: readonly UnitState[]): Promise<readonly HealthAnswer[]> {
  return Promise.all(states.filter(({ unit }) => unit.kind !== "socket").map((state) => askOne(system, state)));
}

/** Longer than the check itself may take: podman starts, looks and ends besides. */
const PODMAN_MS = 10_000;

async function askOne(system: System, state: UnitState): Promise<HealthAnswer> {
  const { unit, service, fact } = state;
  if (!isUp(state) || !unit.health) return { unit, healthy: isUp(state), answer: stateWord(state) };
  const ask = asUser(service, checkHealth(containerName(unit)));
  const timeoutMs = unit.checked === undefined ? ask.timeoutMs : unit.checked.timeout * 1_000 + PODMAN_MS;
  try {
    const { exitCode, stdout, stderr } = await system.runner.probe({ ...ask, ...(timeoutMs && { timeoutMs }) });
    if (exitCode === 0) return { unit, healthy: true, answer: "healthy" };
    // podman says "unhealthy" or "starting"; what the check itself said it has written down.
    const words = fact === undefined ? undefined : (await readHealth(system, service, fact))?.words;
    const text = visible(`${stdout}${stderr}`.trim().split("\n").at(-1) ?? "") || "unhealthy";
    return { unit, healthy: false, answer: words === undefined || words === "" ? text : `${text}: ${words}` };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { unit, healthy: false, answer: "hangs: its health check does not end" };
  }
}
