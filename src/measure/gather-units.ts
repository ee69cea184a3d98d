/** What is known of units without asking podman: one systemctl for each account, and what the kernel counts for its cgroups. */
import { forEverybody, withoutPaths } from "../apps/for-everybody.ts";
import { readHealth } from "../apps/health-log.ts";
import { isWorthAsking, judgeUnit } from "../apps/judge.ts";
import { type JudgedUnit, judgeOne, judgeService } from "../apps/judge-service.ts";
import type { Judgement, Signs } from "../apps/signs.ts";
import { asUserAttached } from "../commands/accounts.ts";
import { parseProperties, parseUnits } from "../commands/shown-units.ts";
import { showUsage } from "../commands/systemd.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { managerRuns } from "../facts/units.ts";
import { CGROUPS, counterIn, managerGroup, workingMemory } from "../model/cgroup.ts";
import { UserError } from "../model/diagnostic.ts";
import type { UnitFact } from "../model/facts.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { IndexedUnit } from "../model/indexed-unit.ts";
import { parseSize } from "../model/size.ts";
import type { System } from "../system/interfaces.ts";
import type { MeasuredService, MeasuredUnit, Told } from "./measured.ts";

const PATIENCE_MS = 5_000;
/** memory.stat has some sixty lines. */
const MAX_BYTES = 64 * 1024;

type Properties = ReadonlyMap<string, string>;

interface Answer {
  readonly manager: "up" | "down" | "silent";
  readonly facts: readonly UnitFact[];
  readonly usage: ReadonlyMap<string, Properties>;
}

export interface How {
  /** Also why it is so, where something is not well, in words for everybody: what `svc status` asks then. */
  readonly inWords: boolean;
  /** What is wrong with the service and none of its units. */
  readonly extra: Judgement | undefined;
}

export async function measureService(
  system: System,
  service: IndexedService,
  { inWords, extra }: How,
): Promise<MeasuredService> {
  const answer = await askManager(system, service);
  const first = await Promise.all(service.units.map((unit) => signsOf(system, service, unit, answer)));
  const signs = inWords ? await closerWhereIll(system, service, first) : first;
  const judged = signs.map((one): JudgedUnit => {
    const { name, unit, after = [] } = one.unit;
    return { name, unit, after, judgement: judgeUnit(forEverybody(one)) };
  });
  const units = await Promise.all(
    signs.map((one, index) => measureUnit(system, one, told(judgeOne(judged[index] as JudgedUnit, judged)), answer)),
  );
  return {
    name: service.name,
    ...told(judgeService(judged, extra)),
    managerAnswers: answer.manager === "up",
    memoryEnds: await readMemoryEnds(system, service.uid),
    units: units.flatMap((measured) => measured ?? []),
  };
}

function told({ word, sentence }: Judgement): Told {
  return { word, sentence: withoutPaths(sentence) };
}

/** Loads what looks: on a host that is well nothing does. */
async function closerWhereIll(
  system: System,
  service: IndexedService,
  all: readonly Signs[],
): Promise<readonly Signs[]> {
  const ill = all.filter((signs) => isWorthAsking(signs, judgeUnit(signs)));
  if (ill.length === 0) return all;
  const { lookCloser } = await import("../apps/look-closer.ts");
  const closer = await lookCloser(system, service, ill);
  return all.map((signs) => closer.find(({ unit }) => unit === signs.unit) ?? signs);
}

async function askManager(system: System, service: IndexedService): Promise<Answer> {
  const none = { facts: [], usage: new Map() };
  try {
    if (!(await managerRuns(system, service.uid))) return { manager: "down", ...none };
    const names = service.units.map(({ unit }) => unit);
    const { exitCode, stdout } = await system.runner.probe(asUserAttached(service, showUsage(names, PATIENCE_MS)));
    if (exitCode !== 0) return { manager: "down", ...none };
    return { manager: "up", facts: parseUnits(stdout), usage: parseProperties(stdout) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { manager: "silent", ...none };
  }
}

async function signsOf(
  system: System,
  service: IndexedService,
  unit: IndexedUnit,
  { manager, facts }: Answer,
): Promise<Signs> {
  const fact = facts.find((one) => one.unit === unit.unit);
  const health = unit.health && fact?.active === "active" ? await readHealth(system, service, fact) : undefined;
  return { service, unit, manager, fact, health };
}

async function measureUnit(
  system: System,
  { unit, fact, health }: Signs,
  judged: Told,
  answer: Answer,
): Promise<MeasuredUnit | undefined> {
  // Sockets have nothing that could be measured.
  if (unit.kind === "socket") return undefined;
  const usage = answer.usage.get(unit.unit);
  return {
    name: unit.name,
    image: unit.image,
    ...judged,
    restarts: fact?.restarts,
    failedChecks: health?.streak,
    memory: await readMemory(system, usage),
    memoryLimit: unit.memory === undefined ? undefined : parseSize(unit.memory),
    cpuSeconds: scaled(numberIn(usage, "CPUUsageNSec"), 1e9),
    tasks: numberIn(usage, "TasksCurrent"),
  };
}

async function readMemory(system: System, usage: Properties | undefined): Promise<number | undefined> {
  const current = numberIn(usage, "MemoryCurrent");
  const group = usage?.get("ControlGroup") ?? "";
  if (current === undefined || group === "") return undefined;
  const text = (await ifReadable(system.files.read(`${CGROUPS}${group}/memory.stat`, MAX_BYTES))) ?? "";
  return workingMemory(current, text);
}

/** Of the whole account: its own count stays when a unit's cgroup goes, which is what follows such an end. */
async function readMemoryEnds(system: System, uid: number): Promise<number | undefined> {
  const path = `${managerGroup(uid)}/memory.events`;
  return counterIn((await ifReadable(system.files.read(path, MAX_BYTES))) ?? "", "oom_kill");
}

/** Undefined for "[not set]", and for the largest number there is, which has twenty digits and says the same. */
function numberIn(usage: Properties | undefined, name: string): number | undefined {
  const text = usage?.get(name) ?? "";
  return /^\d{1,19}$/.test(text) ? Number(text) : undefined;
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}
