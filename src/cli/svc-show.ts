/** `svc list` and `svc status`. */
import { setImmediate } from "node:timers/promises";
import { everything, isBroken, isUp, readStates, stateWord, type UnitState } from "../apps/control.ts";
import { type Expiries, expiryText } from "../apps/expiry-text.ts";
import { findTarget, readIndex, type Target } from "../apps/service-index.ts";
import { whereText } from "../apps/where.ts";
import { userUnitLogs } from "../commands/journal.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";

const LOG_LINES = 10;

export async function list(options: { readonly all?: boolean; readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const index = await readIndex(system);
  const states = await readStates(system, everything(index));
  if (states.some(isBroken)) process.exitCode = 1;
  if (options.json === true) return printJson({ version: 1, units: states.map(asJson) });
  const rows = options.all === true ? unitRows(states) : serviceRows(states);
  print(table(rows));
}

function unitRows(states: readonly UnitState[]): readonly (readonly string[])[] {
  return [
    ["UNIT", "SERVICE", "USER", "STATE", "SINCE"],
    ...states.map((s) => [s.unit.name, s.service.name, s.service.user, stateWord(s), s.fact?.since ?? ""]),
  ];
}

/** One line per service: its state is that of its worst unit. */
function serviceRows(states: readonly UnitState[]): readonly (readonly string[])[] {
  const services = [...new Set(states.map((state) => state.service))];
  return [
    ["SERVICE", "STATE", "UNITS", "USER", "WHERE"],
    ...services.map((service) => {
      const own = states.filter((state) => state.service === service);
      const down = own.find((state) => !isUp(state));
      const up = own.filter(isUp).length;
      const word =
        down === undefined ? "running" : own.length === 1 ? stateWord(down) : `${stateWord(down)}: ${down.unit.name}`;
      return [service.name, word, `${up}/${own.length}`, service.user, whereText(service)];
    }),
  ];
}

export async function status(name: string, options: { readonly json?: boolean }): Promise<void> {
  const system = makeSystem();
  const index = await readIndex(system);
  const target = findTarget(index, name);
  const [states, log, certificates] = await Promise.all([
    readStates(system, [target]),
    options.json === true ? "" : lastLines(system, target),
    index.certificate?.wanted.service === target.service.name
      ? (await import("../apps/expiry.ts")).readExpiries(system, index.certificate.wanted)
      : ({} as Expiries),
  ]);
  if (!states.every(isUp)) process.exitCode = 1;
  if (options.json === true) return printJson({ version: 1, units: states.map(asJson), ...certificates });
  const { service } = target;
  print(`${name}: ${service.description}`);
  print(table(unitRows(states)));
  for (const url of service.urls) print(`  ${url}`);
  if (certificates.certificate !== undefined) print(`  ${expiryText("certificate", certificates.certificate)}`);
  if (certificates.tailscale !== undefined) print(`  ${expiryText("tailscale", certificates.tailscale)}`);
  print(`last log lines (svc logs ${name} shows more):\n${log}`);
}

async function lastLines(system: System, { service, units }: Target): Promise<string> {
  const names = units.map((unit) => unit.unit);
  // systemctl takes longer than journalctl, and goes first: starting a program is all that this one does meanwhile.
  await setImmediate();
  const { stdout } = await system.runner.probe(userUnitLogs(service.uid, names, { lines: LOG_LINES }));
  return stdout.trimEnd();
}

function asJson(state: UnitState): object {
  const { unit, service, fact } = state;
  return {
    name: unit.name,
    unit: unit.unit,
    kind: unit.kind,
    service: service.name,
    user: service.user,
    state: stateWord(state),
    up: isUp(state),
    active: fact?.active ?? null,
    sub: fact?.sub ?? null,
    result: fact?.result ?? null,
    since: fact?.since ?? null,
    restarts: fact?.restarts ?? null,
    image: unit.image,
    urls: service.urls,
  };
}
