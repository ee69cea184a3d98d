/** Facts about the things that a desired state names, and about those that earlier runs made. */

import { managerUnit } from "../commands/systemd.ts";
import type { Applied } from "../model/applied.ts";
import { imagesIn, unitsIn, usersIn } from "../model/applied.ts";
import { allCertificateFiles } from "../model/certificate-files.ts";
import type { AccountFact, ManagerFact, StateFacts, UnitFact } from "../model/facts.ts";
import { INDEX_PATH, parseIndex } from "../model/index-file.ts";
import type { UserName } from "../model/names.ts";
import type { DesiredState } from "../model/resource.ts";
import { findApplied } from "../record/applied.ts";
import type { System } from "../system/interfaces.ts";
import { type AccountState, gatherAccountState } from "./account-state.ts";
import { gatherLocalAccounts } from "./accounts.ts";
import { gatherCertificate } from "./certificates.ts";
import { gatherDataThere } from "./data-there.ts";
import { gatherFull } from "./full.ts";
import { gatherKeys } from "./gateway-keys.ts";
import { gatherProcessLimits } from "./limits.ts";
import { gatherListeners } from "./listeners.ts";
import { gatherStores } from "./model-stores.ts";
import { gatherPaths } from "./paths.ts";
import { gatherRemains, unwantedPaths } from "./remains.ts";
import { gatherMissingTables } from "./tables.ts";
import { gatherSystemUnits, managerRuns } from "./units.ts";

export async function gatherState(system: System, desired: DesiredState): Promise<StateFacts> {
  const [{ applied, fault }, existing] = await Promise.all([findApplied(system.files), gatherLocalAccounts(system)]);
  const users = involvedAccounts(desired, applied, existing);
  const unwanted = unwantedPaths(desired, applied);
  const [systemFacts, accounts, paths, old, remains, certificate, listeners, tables, lingering, full] =
    await Promise.all([
      gatherSystemUnits(system, [...systemUnitsOf(desired, applied), ...users.map(({ uid }) => managerUnit(uid))]),
      Promise.all(
        users.map((account) => gatherAccountState(system, account, wantedOf(account.user, desired, applied))),
      ),
      gatherPaths(system, pathsOf(desired)),
      gatherPaths(system, [...unwanted.files, ...unwanted.directories]),
      gatherRemains(system, applied, unwanted, users),
      desired.certificate === undefined ? undefined : gatherCertificate(system, desired.certificate),
      gatherListeners(system),
      gatherMissingTables(system, desired.systemUnits),
      system.files.list("/var/lib/systemd/linger"),
      gatherFull(system, placesOf(desired)),
    ]);
  const managers = await Promise.all(
    users.map(async ({ user, uid }) => [user, await gatherManager(system, uid, systemFacts)] as const),
  );
  const byAccount = <Fact>(read: (account: AccountState) => Fact) =>
    new Map(accounts.map((account) => [account.user, read(account)] as const));
  const ownOf = accounts.find(({ user }) => user === desired.keys?.maker.user);
  const [keys, stores, data] = await Promise.all([
    gatherKeys(system, desired.keys, {
      account: users.find(({ user }) => user === ownOf?.user),
      units: ownOf?.units ?? [],
      secrets: ownOf?.secrets ?? [],
      listeners,
      applied,
    }),
    gatherStores(system, desired.stores, {
      accounts: users,
      units: (user) => accounts.find((account) => account.user === user)?.units ?? [],
      listeners,
    }),
    gatherDataThere(system.files, desired, applied),
  ]);
  const found = new Map([...old, ...paths]);
  const index = found.get(INDEX_PATH);
  return {
    aside: new Map(accounts.flatMap(({ user, problem }) => (problem === undefined ? [] : [[user, problem] as const]))),
    lingering: lingering as readonly UserName[],
    paths: found,
    index: index?.kind === "file" ? parseIndex(index.content) : undefined,
    secrets: byAccount((account) => account.secrets),
    secretIds: byAccount((account) => account.secretIds),
    images: byAccount((account) => account.images),
    containers: byAccount((account) => account.containers),
    units: byAccount((account) => account.units),
    systemUnits: systemFacts,
    managers: new Map(managers),
    certificate,
    listeners,
    missingTables: tables,
    applied,
    remains,
    ...(keys === undefined ? {} : { keys }),
    ...(stores === undefined ? {} : { stores }),
    ...(data === undefined ? {} : { data }),
    ...(fault === undefined ? {} : { recordFault: fault }),
    ...(full === undefined ? {} : { full }),
  };
}

function placesOf({ accounts, directories }: DesiredState): readonly string[] {
  return [...accounts.map(({ home }) => home), ...directories.map(({ path }) => path)];
}

/** Only accounts that exist, with their real ids: nobody can own anything before. */
function involvedAccounts(
  desired: DesiredState,
  applied: Applied,
  existing: readonly AccountFact[],
): readonly AccountFact[] {
  const names = new Set<string>([...desired.accounts.map((account) => account.user), ...usersIn(applied)]);
  return existing.filter((account) => names.has(account.user));
}

function wantedOf(user: string, desired: DesiredState, applied: Applied): Parameters<typeof gatherAccountState>[2] {
  return { units: unitsOf(user, desired, applied), images: imagesOf(user, desired, applied) };
}

function unitsOf(user: string, desired: DesiredState, applied: Applied): readonly string[] {
  const wanted = desired.units.filter((unit) => unit.user === user).map((unit) => unit.unit);
  return [...new Set<string>([...wanted, ...unitsIn(applied, user)])];
}

function systemUnitsOf(desired: DesiredState, applied: Applied): readonly string[] {
  const started = unitsIn(applied, "root").filter((unit) => !unit.startsWith("user@"));
  return [...new Set<string>([...desired.systemUnits.map((unit) => unit.unit), ...applied.systemUnits, ...started])];
}

function imagesOf(user: string, desired: DesiredState, applied: Applied): readonly string[] {
  const wanted = desired.images.filter((image) => image.user === user).map((image) => image.reference);
  return [...new Set([...wanted, ...imagesIn(applied, user)])];
}

function pathsOf(desired: DesiredState): readonly string[] {
  const tool = desired.tool === undefined ? [] : [desired.tool.target];
  const wanted = [...desired.directories, ...desired.files].map((item) => item.path);
  const pki =
    desired.certificate === undefined ? [] : allCertificateFiles(desired.certificate).map((file) => file.path);
  return [...wanted, ...tool, ...pki];
}

async function gatherManager(system: System, uid: number, facts: readonly UnitFact[]): Promise<ManagerFact> {
  const fact = facts.find((candidate) => candidate.unit === managerUnit(uid));
  const active = fact?.active ?? "inactive";
  const [limits, isReached] = await Promise.all([
    gatherProcessLimits(system, fact?.mainPid ?? 0),
    active !== "active" || managerRuns(system, uid),
  ]);
  return { active, limits, ...(!isReached && { cutOff: true as const }) };
}
