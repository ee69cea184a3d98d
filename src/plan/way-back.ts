/** The plan that takes runs back, from what they recorded: the same stages, lanes and steps as any other. */
import { actsAtBoot } from "../model/acts-at-boot.ts";
import type { Change, Kind, Of } from "../model/change.ts";
import type { AccountFact } from "../model/facts.ts";
import { groupBy } from "../model/group-by.ts";
import type { Phase, Plan, Stage, Step } from "../model/plan.ts";
import { secretKey, unitKey } from "../model/record-keys.ts";
import { because, planned } from "./change.ts";
import { traitOf } from "./kinds/all.ts";

/** `records` oldest first, of one run or of several in a row; data and pulled images always stay. */
export function wayBack(records: readonly Change[]): Pick<Plan, "stages"> {
  if (records.length === 0) return { stages: [] };
  const decided = deciding(records);
  const all = <K extends Kind>(...kinds: readonly K[]) =>
    decided.filter((change): change is Of<K> => (kinds as readonly Kind[]).includes(change.kind));
  const gone = new Set(all("stop-manager").map(({ account }) => account.user));
  const standing = <C extends { readonly account: AccountFact }>(changes: readonly C[]) =>
    changes.filter(({ account }) => !gone.has(account.user));
  const restarts = standing(all("unit"));
  const inPlace = restarts.filter((change) => change.beside === undefined);
  const beside = restarts.filter((change) => change.beside !== undefined);
  const touched = new Set(all("unit", "stop").map(keyOf));
  const reloads = standing(all("reload-unit")).filter((change) => !touched.has(keyOf(change)));
  const [copies, unneeded] = copiesOf(records);
  // What comes back must not be written meanwhile, by what a boot has started since, neither.
  const quiet = restarts.filter(({ account }) => copies.some((copy) => copy.account.user === account.user));
  const known = [...all("stop"), ...quiet.map(stopOf)];
  const listed = new Set(known.map(keyOf));
  const stops = [...known, ...copies.flatMap(stopsOf).filter((stop) => !listed.has(keyOf(stop)))];
  const inTurn = decided.filter((change) => traitOf(change).apart !== true).toReversed();
  // A boot in between must not find data of before, and units that start the other image on them.
  const first = copies.length === 0 ? [] : inTurn.filter(actsAtBoot);
  const keys = keysBack(all("gateway-key", "remove-gateway-key"), all("restore-secret"), {
    goesDown: ({ account, maker: { unit } }) =>
      gone.has(account.user) || all("stop").some((stop) => keyOf(stop) === unitKey(account.user, unit)),
  });
  const stages = [
    ...keys.before,
    // While their unit files are still there: a unit whose file is gone cannot be stopped properly.
    stage("prune-stop", [...groupBy(stops.toReversed(), userOf).values()]),
    stage("prune", [first]),
    // The newest first: the last word has the oldest.
    stage("data", [...groupBy([...unneeded, ...copies.toReversed()], userOf).values()]),
    stage("prune", [inTurn.filter((change) => !first.includes(change))]),
    stage("managers", [[{ kind: "reload-system" }]]),
    stage("managers", each(all("system-unit", "manager"))),
    stage("units", each(reloadsOf([...standing(all("reload-user")), ...restarts]))),
    stage("start", [...groupBy(inPlace, userOf).values()]),
    // The proxy is up again, and leads round them.
    stage("start", [...groupBy(beside, userOf).values()]),
    stage("start", each(reloads)),
    ...keys.after,
  ];
  return { stages: stages.filter(({ lanes }) => lanes.length > 0) };
}

type Copy = Of<"restore-snapshot">;

/**
 * Those that become the data again, and those that go: where nothing since a copy, up to the next one of the same, decides what
 * a boot starts or starts it, all that wrote since is what wrote before, and the data of now are newer.
 */
function copiesOf(records: readonly Change[]): readonly [readonly Copy[], readonly Of<"drop-snapshot">[]] {
  const needed: Copy[] = [];
  const unneeded: Of<"drop-snapshot">[] = [];
  for (const [at, change] of records.entries()) {
    if (change.kind !== "restore-snapshot") continue;
    const { account, service, directories, run } = change;
    const since = records.slice(at + 1);
    const again = since.findIndex((next) => next.kind === "restore-snapshot" && next.service === service);
    const isOther =
      change.early === true || since.slice(0, again < 0 ? undefined : again).some((next) => mayStart(next, account));
    if (isOther) needed.push(change);
    else unneeded.push({ kind: "drop-snapshot", account, service, directories, run });
  }
  return [needed, unneeded];
}

function mayStart(change: Change, { user }: AccountFact): boolean {
  return actsAtBoot(change) || ((change.kind === "unit" || change.kind === "stop") && change.account.user === user);
}

function stopsOf({ account, units = [] }: Copy): readonly Of<"stop">[] {
  return units.map(({ unit, timeoutSeconds }) => ({ kind: "stop", account, unit, timeoutSeconds }));
}

type OfKey = Of<"gateway-key" | "remove-gateway-key">;

/**
 * Keys need a gateway that runs, and their values in podman: they come last, or first where the gateway goes down again.
 * Values that are restored for that are restored in their turn as well.
 */
function keysBack(
  keys: readonly OfKey[],
  restored: readonly Of<"restore-secret">[],
  { goesDown }: { readonly goesDown: (change: OfKey) => boolean },
): { readonly before: readonly Stage[]; readonly after: readonly Stage[] } {
  const first = keys.filter(goesDown).map((change) => ({ ...change, ifRuns: true }));
  const values = first.flatMap((change) => {
    if (change.kind !== "gateway-key") return [];
    const value = secretKey({ user: change.account.user, name: change.key.secret });
    return restored.filter((secret) => keyOfSecret(secret) === value);
  });
  const last = keys.filter((change) => !goesDown(change));
  return { before: [stage("secrets", [values]), stage("keys", [first])], after: [stage("keys", [last])] };
}

/** Of what is or is not to run at the end, the earliest record: that one knows how it was before everything. */
function deciding(records: readonly Change[]): readonly Change[] {
  const known = new Set<string>();
  const made = new Set<string>();
  const aside = new Set<string>();
  const isIdle = (secret: Of<"restore-secret">) =>
    made.has(keyOfSecret(secret)) && (secret.from === "former" || !aside.has(keyOfSecret(secret)));
  return records.filter((change) => {
    // What was not there before everything is not restored on the way to that: its value may be nowhere any more. Where a
    // value lay aside before, the one that is removed on the way has to be the one of then.
    if (change.kind === "remove-secret") (lies(change) ? aside : made).add(keyOfSecret(change));
    if (change.kind === "restore-secret" && isIdle(change)) return false;
    const about = traitOf(change).subject?.(change);
    if (about === undefined) return true;
    if (known.has(about)) return false;
    known.add(about);
    return true;
  });
}

function keyOf({ account, unit }: Of<"unit" | "stop" | "reload-unit">): string {
  return unitKey(account.user, unit);
}

/** There was a value before it was made, aside. */
function lies({ keep, kept }: Of<"remove-secret">): boolean {
  return keep !== "no" || kept !== undefined;
}

function keyOfSecret({ account, name }: Of<"remove-secret" | "restore-secret">): string {
  return secretKey({ user: account.user, name });
}

function stopOf({ account, unit, stopTimeoutSeconds: timeoutSeconds }: Of<"unit">): Of<"stop"> {
  return { kind: "stop", account, unit, timeoutSeconds };
}

function userOf({ account }: { readonly account: AccountFact }): string {
  return account.user;
}

/** One for each user. */
function reloadsOf(changes: readonly { readonly account: AccountFact }[]): readonly Change[] {
  const accounts = new Map(changes.map(({ account }) => [account.user, account]));
  return [...accounts.values()].map((account) => ({ kind: "reload-user", account }));
}

function each(changes: readonly Change[]): readonly (readonly Change[])[] {
  return changes.map((change) => [change]);
}

function stage(phase: Phase, lanes: readonly (readonly Change[])[]): Stage {
  const steps = (lane: readonly Change[]) => lane.map((change) => stepOf(phase, change));
  return { phase, lanes: lanes.filter((lane) => lane.length > 0).map(steps) };
}

const REASON = because("asked", "the run is taken back");

function stepOf(phase: Phase, change: Change): Step {
  return { ...planned(phase, "run", undefined, traitOf(change).name(change), REASON, change), outdates: [], undo: [] };
}
