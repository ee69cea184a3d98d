/** `svc top`: what each service uses right now, or each unit of one; drawn anew every two seconds on a terminal. */
import { setTimeout as sleep } from "node:timers/promises";
import { countUsage } from "../apps/count-usage.ts";
import { type GpuUse, readGpus } from "../apps/gpus.ts";
import { findTarget, readIndex } from "../apps/service-index.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { IndexedUnit } from "../model/indexed-unit.ts";
import { type Counted, usageBetween } from "../model/usage.ts";
import type { System } from "../system/interfaces.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson } from "./output.ts";
import { canDrawHere, screen, untilUnread } from "./screen.ts";
import { type TopRow, topJson, topText } from "./top-text.ts";

const EVERY_MS = 2_000;
/** The driver takes up to a second of a core for its answer. */
const CARDS_EVERY_MS = 10_000;

interface Subject {
  readonly name: string;
  readonly service: IndexedService;
  readonly unit?: IndexedUnit;
}

interface Look {
  /** Milliseconds of a clock that nobody sets. */
  readonly at: number;
  readonly counted: ReadonlyMap<string, Counted>;
}

/** Once where it is asked for, as JSON, or where nothing can be drawn; otherwise it ends with Ctrl-C. */
export async function top(
  name: string | undefined,
  options: { readonly once?: boolean; readonly json?: boolean },
): Promise<void> {
  const system = makeSystem();
  const index = await readIndex(system);
  const { services } = index;
  const subjects: readonly Subject[] =
    name === undefined ? services.map((service) => ({ name: service.name, service })) : unitsOf(index, name);
  const computes = subjects.some(({ service }) => service.gpu !== undefined);
  const cards = computes ? openCards(system, services) : async () => [];
  let before = await look(system, subjects);
  const once = options.once === true || options.json === true || !canDrawHere();
  await untilUnread(async () => {
    await sleep(once ? EVERY_MS / 2 : EVERY_MS);
    const [after, gpus] = await Promise.all([look(system, subjects), cards()]);
    const seconds = (after.at - before.at) / 1000;
    const rows = rowsOf(subjects, before, after, seconds);
    if (options.json === true) printJson(topJson(seconds, rows, gpus));
    else if (once) print(topText(rows, gpus));
    else print(screen(topText(rows, gpus), system.clock.now()));
    before = after;
    return once ? "done" : "more";
  });
}

function unitsOf(index: ServiceIndex, name: string): readonly Subject[] {
  const { service, units } = findTarget(index, name);
  // A socket runs nothing.
  return units.filter(({ kind }) => kind !== "socket").map((unit) => ({ name: unit.name, service, unit }));
}

async function look(system: System, subjects: readonly Subject[]): Promise<Look> {
  const at = performance.now();
  const counted = await Promise.all(
    subjects.map(async ({ name, service, unit }) => [name, await countUsage(system, service, unit)] as const),
  );
  return { at, counted: new Map(counted) };
}

function rowsOf(subjects: readonly Subject[], before: Look, after: Look, seconds: number): readonly TopRow[] {
  return subjects.flatMap(({ name }) => {
    const [began, ended] = [before.counted.get(name), after.counted.get(name)];
    return began === undefined || ended === undefined ? [] : [{ name, usage: usageBetween(began, ended, seconds) }];
  });
}

/** What the driver said last. */
function openCards(system: System, services: readonly IndexedService[]): () => Promise<readonly GpuUse[]> {
  let asked = Number.NEGATIVE_INFINITY;
  let said: readonly GpuUse[] = [];
  return async () => {
    if (performance.now() - asked < CARDS_EVERY_MS) return said;
    asked = performance.now();
    said = (await readGpus(system, services)).gpus;
    return said;
  };
}
