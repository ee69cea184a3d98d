/** What earlier runs recorded and the desired state does not name: the only things that are ever removed. */

import type { Applied } from "../model/applied.ts";
import { unitsIn, usersIn } from "../model/applied.ts";
import type { Change } from "../model/change.ts";
import type { AccountFact, HostFacts, StateFacts } from "../model/facts.ts";
import type { AbsolutePath, UserName } from "../model/names.ts";
import { type Plan, stepsOf } from "../model/plan.ts";
import { imageKey, ofImageKey, ofUnitKey, secretKey, unitKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import { wantedPaths } from "../model/wanted-paths.ts";
import { belongsAside } from "./aside.ts";

export interface Recorded {
  /** "USER/UNIT"; root's are those of the system manager, without the user managers. */
  readonly units: readonly string[];
  readonly systemUnits: readonly string[];
  readonly files: readonly AbsolutePath[];
  readonly directories: readonly AbsolutePath[];
  readonly secrets: readonly string[];
  /** Accounts that exist and run nothing any more. */
  readonly accounts: readonly AccountFact[];
}

export function unwantedOf(desired: DesiredState, host: HostFacts, applied: Applied): Recorded {
  const units = new Set(desired.units.map((unit) => unitKey(unit.user, unit.unit)));
  const systemUnits = new Set<string>(desired.systemUnits.map((unit) => unit.unit));
  const paths = wantedPaths(desired);
  const secrets = new Set(desired.secrets.map(secretKey));
  const ofRoot = unitsIn(applied, "root").filter((unit) => !unit.startsWith("user@"));
  const left = <T extends string>(list: readonly string[], wanted: ReadonlySet<string>) =>
    list.filter((item) => !wanted.has(item)) as T[];
  const users = usersIn(applied);
  const wanted = new Set<string>(desired.accounts.map((account) => account.user));
  return {
    units: left(Object.keys(applied.units), units).filter((key) => !key.startsWith("root/")),
    systemUnits: left([...new Set([...applied.systemUnits, ...ofRoot])], systemUnits),
    files: left(applied.files, paths),
    directories: left(applied.directories, paths),
    secrets: left(applied.secrets, secrets),
    accounts: host.accounts.filter(({ user }) => users.has(user) && !wanted.has(user)),
  };
}

/** What stays recorded once the plan has run: what is wanted, and what was left where it is. */
export function stillRecorded(
  applied: Applied,
  desired: DesiredState,
  facts: Pick<StateFacts, "paths" | "images">,
  plan: Plan,
): Applied {
  const isAside = belongsAside(plan.aside ?? [], desired.accounts);
  // "USER/..."
  const ofAside = (key: string) => isAside({ user: ofUnitKey(key).user });
  const wanted = wantedPaths(desired);
  const units = new Set([
    ...desired.units.map((unit) => unitKey(unit.user, unit.unit)),
    ...desired.systemUnits.map((unit) => unitKey("root", unit.unit)),
    ...desired.accounts.map(({ uid }) => unitKey("root", `user@${uid}.service`)),
  ]);
  const secrets = new Set(desired.secrets.map(secretKey));
  const users = new Set<string>(desired.accounts.map((account) => account.user));
  const removed = new Set(stepsOf(plan).flatMap(({ change }) => entryOf(change)));
  const isThere = (path: string) => (facts.paths.get(path as AbsolutePath)?.kind ?? "missing") !== "missing";
  // What a run that was cut off has removed is in no plan any more.
  const stays = (path: string) => !removed.has(path) && isThere(path);
  const images = new Set(desired.images.map(({ user, reference }) => imageKey(user, reference)));
  const isStored = (user: UserName, reference: string) => facts.images.get(user)?.has(reference) === true;
  const staysImage = (entry: string) => {
    const { user, reference } = ofImageKey(entry);
    return images.has(entry) || isAside({ user }) || (!removed.has(entry) && isStored(user, reference));
  };
  return {
    ...applied,
    units: Object.fromEntries(Object.entries(applied.units).filter(([key]) => units.has(key) || ofAside(key))),
    systemUnits: applied.systemUnits.filter((unit) => units.has(unitKey("root", unit))),
    files: applied.files.filter((path) => wanted.has(path) || stays(path) || isAside({ path })),
    directories: applied.directories.filter((path) => wanted.has(path) || stays(path) || isAside({ path })),
    secrets: applied.secrets.filter((key) => secrets.has(key) || ofAside(key)),
    secretsDue: Object.fromEntries(
      Object.entries(applied.secretsDue).filter(([key]) => secrets.has(key) || ofAside(key)),
    ),
    images: applied.images.filter(staysImage),
    imageIds: Object.fromEntries(Object.entries(applied.imageIds).filter(([key]) => staysImage(key))),
    tools: applied.tools.filter((path) => path === desired.tool?.target || stays(path)),
    lingering: applied.lingering.filter((user) => users.has(user) || isAside({ user })),
  };
}

/** How the record names what a change removes. */
function entryOf(change: Change): readonly string[] {
  switch (change.kind) {
    case "remove-file":
    case "remove-directory":
    case "remove-tree":
      return [change.path];
    case "remove-image":
      return [imageKey(change.account.user, change.reference)];
    default:
      return [];
  }
}
