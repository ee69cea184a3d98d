/** Services with data that are about to run other images: what they hold is copied before, and looked at after. */
import type { StoppedUnit } from "../model/data-change.ts";
import type { StateFacts } from "../model/facts.ts";
import type { ServiceName, UserName } from "../model/names.ts";
import type { Draft } from "../model/plan.ts";
import { unitKey } from "../model/record-keys.ts";
import type { DesiredData, DesiredState, DesiredUnit } from "../model/resource.ts";
import { isRunning, unitFact } from "../model/unit-state.ts";
import { limitOf } from "../model/waiting.ts";
import { accountIn, accountsOf } from "./accounts.ts";
import { because, planned } from "./change.ts";

export interface KeptData {
  /** Before its units start. */
  readonly before: readonly Draft[];
  readonly after: readonly Draft[];
  /** All of them stop, so that what is copied belongs together. */
  readonly services: ReadonlySet<ServiceName>;
}

const ASIDE = because("follows", "its data are copied");
const COPIED = because("follows", "its data were copied before");

/** `earlier` are changes that are planned before: what is pulled, and which managers start. */
export function compareData(desired: DesiredState, facts: StateFacts, earlier: readonly Draft[]): KeptData {
  const all = desired.data ?? [];
  const was = all.length === 0 ? new Map() : recordedImages(facts);
  const accounts = accountsOf(desired.accounts);
  const kept = all.flatMap((data) => {
    const units = desired.units.filter(({ service }) => service === data.service);
    const directories = data.directories.filter((path) => facts.paths.get(path)?.kind !== "missing");
    const other = units.find((unit) => runsOther(unit, was, facts, earlier));
    if (other === undefined || directories.length === 0) return [];
    const account = accountIn(accounts, data.user);
    return [{ ...data, directories, account, units, why: because("follows", whyText(other, was)) }];
  });
  const before = kept.flatMap(({ service, account, directories, counts, units, why }) => {
    const comesUp = startsByItself(account.user, earlier);
    const phase = comesUp || units.some((unit) => isPulledUnder(unit, was, earlier)) ? "data first" : "data";
    const said = `copy the data of ${service} (${directories.map(nameIn(account.home)).join(", ")})`;
    return [
      planned(phase, "run", service, `measure the data of ${service}`, ASIDE, {
        kind: "measure-data",
        account,
        service,
        directories,
        counts,
      }),
      ...units.flatMap(({ unit, plainName }) => {
        const fact = unitFact(facts, { user: account.user, unit });
        const mayRun = comesUp || isRunning(fact?.active);
        if (!mayRun) return [];
        const timeoutSeconds = limitOf(fact?.stopLimitSeconds);
        return [
          planned(phase, "run", service, `stop ${plainName}`, ASIDE, { kind: "stop", account, unit, timeoutSeconds }),
        ];
      }),
      planned(phase, "run", service, said, why, {
        kind: "snapshot",
        account,
        service,
        directories,
        units: startable(desired, facts, account.user),
        ...((phase === "data first" || units.some((unit) => isMoved(unit, was, facts))) && ({ early: true } as const)),
      }),
    ];
  });
  const after = kept.flatMap(({ service, account, counts }) =>
    counts.length === 0
      ? []
      : [
          planned("start", "run", service, `count the data of ${service} again`, COPIED, {
            kind: "compare-data",
            account,
            service,
            counts,
          }),
        ],
  );
  return { before, after, services: new Set(kept.map(({ service }) => service)) };
}

/** By the unit files of before, or by those of this plan, once they are written. */
function startable(desired: DesiredState, facts: StateFacts, user: UserName): readonly StoppedUnit[] {
  const before = (facts.units.get(user) ?? []).map(({ unit }) => unit);
  const then = desired.units.filter((unit) => unit.user === user).map(({ unit }) => unit);
  return [...new Set([...then, ...before])].map((unit) => ({
    unit,
    timeoutSeconds: limitOf(unitFact(facts, { user, unit })?.stopLimitSeconds),
  }));
}

type Images = ReadonlyMap<string, string>;

/** What the last run wrote down, by unit. */
export function recordedImages({ index }: Pick<StateFacts, "index">): Images {
  return new Map(
    (index?.services ?? []).flatMap(({ user, units }) =>
      units.filter(({ image }) => image !== "").map(({ unit, image }) => [unitKey(user, unit), image] as const),
    ),
  );
}

/** What a registry has under a name today may be another image than the one that ran. */
function runsOther(unit: DesiredUnit, was: Images, facts: StateFacts, earlier: readonly Draft[]): boolean {
  const { user, container } = unit;
  if (container === undefined) return false;
  const recorded = was.get(unitKey(user, unit.unit));
  const runs = facts.containers.get(user)?.get(container.name);
  if (recorded === undefined && runs === undefined) return false;
  if (recorded !== undefined && recorded !== container.image) return true;
  return isPulled(user, container.image, earlier) || isMoved(unit, was, facts);
}

/** The name that it runs under stands for another image by now: any start is one of the other. */
function isMoved({ user, unit, container }: DesiredUnit, was: Images, { containers, images }: StateFacts): boolean {
  if (container === undefined) return false;
  const runs = containers.get(user)?.get(container.name);
  const name = was.get(unitKey(user, unit)) ?? container.image;
  return runs !== undefined && runs !== images.get(user)?.get(name);
}

/** A boot starts what the unit file of now names: the image that was just pulled, while the plan is not there yet. */
function isPulledUnder({ user, unit, container }: DesiredUnit, was: Images, earlier: readonly Draft[]): boolean {
  const name = was.get(unitKey(user, unit)) ?? container?.image;
  return name !== undefined && isPulled(user, name, earlier);
}

function isPulled(user: string, reference: string, earlier: readonly Draft[]): boolean {
  return earlier.some(
    ({ change }) => change.kind === "image" && change.account.user === user && change.reference === reference,
  );
}

function whyText({ user, unit, plainName, container }: DesiredUnit, was: Images): string {
  const recorded = was.get(unitKey(user, unit));
  const image = container?.image ?? "";
  if (recorded === undefined || recorded === image) return `${plainName} is about to run another image`;
  return `${plainName} is about to run ${image} in place of ${recorded}`;
}

/** Its manager starts all of its units before anybody asks for them. */
function startsByItself(user: DesiredData["user"], earlier: readonly Draft[]): boolean {
  return earlier.some(({ change }) => change.kind === "manager" && change.account.user === user);
}

function nameIn(home: string): (path: string) => string {
  return (path) => (path.startsWith(`${home}/`) ? path.slice(home.length + 1) : path);
}
