/** What goes: recorded by earlier runs and no longer wanted. Data, users and images stay unless they are asked for. */

import type { HostFacts, StateFacts } from "../model/facts.ts";
import { isKeySecret } from "../model/gateway-key.ts";
import { isGenerated } from "../model/mark.ts";
import type { AbsolutePath, UnitName, UserName } from "../model/names.ts";
import { SUDO_DIRECTORY } from "../model/places.ts";
import type { Draft } from "../model/plan.ts";
import { ofImageKey, ofSecretKey, ofUnitKey, unitKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import { unitFact } from "../model/unit-state.ts";
import { limitOf } from "../model/waiting.ts";
import { plainAccount } from "./accounts.ts";
import { because, planned } from "./change.ts";
import { compareClear, treesToRemove } from "./compare-clear.ts";
import { describeStays } from "./describe-stays.ts";
import type { PruneInput, Removal } from "./prune-input.ts";
import { serviceNames } from "./service-names.ts";
import { type Unwanted, unwantedOf } from "./unwanted.ts";

export interface Pruned {
  readonly changes: readonly Draft[];
  readonly stays: readonly string[];
}

export function comparePrune(desired: DesiredState, host: HostFacts, facts: StateFacts, removal: Removal): Pruned {
  const gone = unwantedOf(desired, host, facts.applied);
  const nameOf = serviceNames(facts, [...desired.accounts, ...gone.accounts]);
  const wanted = new Set<string>(desired.accounts.map((account) => account.service));
  const why: PruneInput["why"] = (about) => {
    if (removal.depth !== undefined) return because("asked", "uninstall");
    if (removal.unset !== undefined) return because("asked", "it is not to be set any more");
    const name = nameOf(about);
    if (name === undefined) return because("unwanted", "no longer part of the configuration");
    return because("unwanted", wanted.has(name) ? `no longer part of ${name}` : `${name} is no longer in the stack`);
  };
  const input: PruneInput = { desired, host, facts, removal, gone, nameOf, why };
  const removed = removeFiles(input);
  const changes = [
    ...stopUnits(input),
    ...disableUnits(input),
    ...removeSecrets(input),
    ...removeImages(input),
    ...removed,
    ...stopManagers(input),
    ...reload(input, removed),
    ...compareClear(input, removed),
  ];
  return { changes, stays: changes.length === 0 ? [] : describeStays(input, changes) };
}

function stopUnits({ gone, host, facts, nameOf, why }: PruneInput): readonly Draft[] {
  return gone.units.flatMap((key) => {
    const { user, unit } = ofUnitKey(key);
    const account = host.accounts.find((candidate) => candidate.user === user);
    const fact = unitFact(facts, { user, unit });
    if (account === undefined || fact === undefined || fact.active === "inactive") return [];
    const what = `unit ${unit} of ${user}`;
    const change = { kind: "stop", account, unit, timeoutSeconds: limitOf(fact.stopLimitSeconds) } as const;
    return [planned("prune-stop", "remove", nameOf({ user }), what, why({ user }), change)];
  });
}

function disableUnits({ gone, facts, why }: PruneInput): readonly Draft[] {
  return gone.systemUnits
    .filter((unit) => facts.systemUnits.some((fact) => fact.unit === unit && fact.load !== "not-found"))
    .map((unit) =>
      planned("prune", "remove", undefined, `system unit ${unit}`, why({}), {
        kind: "disable",
        unit: unit as UnitName,
      }),
    );
}

/** With --purge the home goes, and with it the user's whole store. */
function storesGo(input: PruneInput, home: string): boolean {
  return input.removal.depth === "all" && treesToRemove(input).some((tree) => tree === home);
}

function removeSecrets(input: PruneInput): readonly Draft[] {
  const { gone, host, facts, removal, nameOf, why } = input;
  const wanted = new Set<string>(input.desired.accounts.map((account) => account.user));
  return gone.secrets.flatMap((key) => {
    const { user, name } = ofSecretKey(key);
    const account = host.accounts.find((candidate) => candidate.user === user);
    if (account === undefined || storesGo(input, account.home)) return [];
    // Where podman has lost it already, the record still has to forget it.
    if (facts.secrets.get(account.user)?.includes(name) !== true && removal.unset === undefined) return [];
    const stays = wanted.has(user) && isKeySecret(nameOf({ user }) ?? "", name);
    // A key that is declared again is another one: the former may have been given up because others knew it.
    const long = removal.unset === undefined && !stays ? "kept" : "run";
    const aside = removal.depth === "all" ? "no" : long;
    const keep = facts.secrets.get(account.user)?.includes(name) === true ? aside : "no";
    const change = { kind: "remove-secret", account, name, keep } as const;
    return [planned("prune", "remove", nameOf({ user }), `secret ${name} of ${user}`, why({ user }), change)];
  });
}

function removeImages(input: PruneInput): readonly Draft[] {
  const { gone, facts, removal, nameOf, why } = input;
  if (removal.depth === undefined || removal.depth === "keep") return [];
  return facts.applied.images.flatMap((entry) => {
    const { user, reference } = ofImageKey(entry);
    const account = gone.accounts.find((candidate) => candidate.user === user);
    if (account === undefined || storesGo(input, account.home)) return [];
    if (facts.images.get(account.user)?.has(reference) !== true) return [];
    const change = { kind: "remove-image", account, reference } as const;
    return [planned("prune", "remove", nameOf({ user }), `image ${reference} of ${user}`, why({ user }), change)];
  });
}

/** Where something else stands now, it is a person's. */
function removeFiles({ gone, facts, nameOf, why }: PruneInput): readonly Draft[] {
  return gone.files.flatMap((path) => {
    const fact = facts.paths.get(path);
    if (fact?.kind !== "file" || isOfTheDistribution(path, fact.content)) return [];
    const change = { kind: "remove-file", path, before: fact.content } as const;
    return [planned("prune", "remove", nameOf({ path }), `file ${path}`, why({ path }), change)];
  });
}

/** A package may have brought a command of that name since. */
function isOfTheDistribution(path: AbsolutePath, content: string): boolean {
  return path.startsWith(`${SUDO_DIRECTORY}/`) && !isGenerated(content);
}

/** A user manager that we started and that has nothing to run any more. */
function stopManagers(input: PruneInput): readonly Draft[] {
  const { facts, nameOf, why } = input;
  return ours(input).flatMap((account) => {
    const { user } = account;
    const service = nameOf({ user });
    const changes: Draft[] = [];
    if (facts.lingering.includes(user)) {
      changes.push(planned("prune", "remove", service, `linger of ${user}`, why({ user }), { kind: "unlinger", user }));
    }
    const active = facts.managers.get(user)?.active ?? "inactive";
    if (active !== "inactive" && active !== "failed") {
      const what = `user manager of ${user} (user@${account.uid}.service)`;
      changes.push(planned("prune", "remove", service, what, why({ user }), { kind: "stop-manager", account }));
    }
    return changes;
  });
}

function ours({ gone, facts }: PruneInput): Unwanted["accounts"] {
  const { accounts, lingering } = facts.applied;
  return gone.accounts.filter(({ user }) => accounts.includes(user) || lingering.includes(user));
}

function reload(input: PruneInput, removed: readonly Draft[]): readonly Draft[] {
  const { gone, host, facts, nameOf } = input;
  const paths = removed.flatMap(({ change }) => (change.kind === "remove-file" ? [change.path as string] : []));
  const stopped = ours(input).map((account) => account.user);
  const isUnitOf = (uid: number) => (path: string) => path.startsWith(`/etc/containers/systemd/users/${uid}/`);
  // Where a run was cut off, the file is gone and the manager still knows the unit.
  const isKnown = (user: UserName) =>
    facts.units.get(user)?.some(({ unit, load }) => load !== "not-found" && gone.units.includes(unitKey(user, unit)));
  const users = host.accounts.filter(
    ({ user, uid }) =>
      (paths.some(isUnitOf(uid)) || isKnown(user) === true) &&
      !stopped.includes(user) &&
      facts.managers.get(user)?.active === "active",
  );
  const why = because("follows", "unit files went");
  const system = paths.some((path: string) => path.startsWith("/etc/systemd/system/"))
    ? [planned("prune", "run", undefined, "systemctl daemon-reload", why, { kind: "reload-system" })]
    : [];
  const reloads = users.map((account) => {
    const what = `reload the user manager of ${account.user}`;
    return planned("prune", "run", nameOf({ user: account.user }), what, why, {
      kind: "reload-user",
      account: plainAccount(account),
    });
  });
  return [...system, ...reloads];
}
