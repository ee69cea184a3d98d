/** Podman secrets and images that a user does not have yet. */

import type { AccountFact, StateFacts } from "../model/facts.ts";
import type { Draft } from "../model/plan.ts";
import type { Reason } from "../model/reason.ts";
import { imageKey, secretKey } from "../model/record-keys.ts";
import type { DesiredAccount, DesiredSecret, DesiredState } from "../model/resource.ts";
import { accountIn, accountsOf } from "./accounts.ts";
import { because, planned } from "./change.ts";
import { wasReplaced } from "./replaced-secrets.ts";

/** `rotate` names secrets ("USER/NAME") that are to get another value. */
export function compareSecrets(
  secrets: readonly DesiredSecret[],
  accounts: readonly DesiredAccount[],
  facts: Pick<StateFacts, "secrets" | "secretIds" | "applied" | "data">,
  rotate: readonly string[] = [],
): readonly Draft[] {
  const { secretsDue } = facts.applied;
  const known = accountsOf(accounts);
  const has = (secret: DesiredSecret) => (facts.secrets.get(secret.user) ?? []).includes(secret.name);
  const isDue = (secret: DesiredSecret) => secretsDue[secretKey(secret)] !== undefined;
  const rotates = (secret: DesiredSecret) =>
    has(secret) && (rotate.includes(secretKey(secret)) || secretsDue[secretKey(secret)] === "rotate");
  const change = (secret: DesiredSecret, action: "create" | "update", why: Reason) => {
    const fromSite = comesFromSite(secret, secrets);
    return planned("secrets", action, secret.service, `secret ${secret.name} of ${secret.user}`, why, {
      kind: "secret",
      secret,
      account: accountIn(known, secret.user),
      ...(secret.source.kind === "copy" ? { source: accountIn(known, secret.source.user) } : {}),
      rotate: rotates(secret),
      fromSite,
      former: !has(secret) ? undefined : fromSite ? "run" : "former",
    });
  };
  const isOther = (secret: DesiredSecret) => has(secret) && wasReplaced(secret, facts);
  // What follows from others is theirs; somebody may have given back the value that data were made with.
  const isGivenBack = (secret: DesiredSecret) =>
    sourcesOf(secret).length > 0
      ? secret.source.kind !== "copy" || known.has(secret.source.user)
      : facts.data?.kept.has(secretKey(secret)) === true;
  const anew = new Set(
    secrets
      .filter((secret) => !has(secret) || isDue(secret) || rotates(secret) || (isOther(secret) && isGivenBack(secret)))
      .map(secretKey),
  );
  const taken = new Set(secrets.filter((secret) => isOther(secret) && !anew.has(secretKey(secret))).map(secretKey));
  // Each round finds what is made from the secrets of the round before, until nothing more is found.
  for (let before = -1; before < anew.size; ) {
    before = anew.size;
    for (const secret of secrets)
      if (sourcesOf(secret).some((source) => anew.has(source) || taken.has(source))) anew.add(secretKey(secret));
  }
  return secrets.flatMap((secret) => {
    const key = secretKey(secret);
    if (!anew.has(key)) return taken.has(key) ? [takenAsIs(secret, accountIn(known, secret.user))] : [];
    if (!has(secret)) return [change(secret, "create", because("missing", howMade(secret)))];
    const why = isOther(secret) && !rotates(secret) ? REPLACED : whyAnew(secret, rotate, secretsDue[key]);
    return [change(secret, "update", why)];
  });
}

const REPLACED = because("replaced", "its value was replaced since the last run");

/** Whoever replaced it may have meant it: what is made from it follows, and what uses it starts anew. */
function takenAsIs(secret: DesiredSecret, account: AccountFact): Draft {
  const what = `secret ${secret.name} of ${secret.user}, as it is now`;
  return planned("secrets", "update", secret.service, what, REPLACED, {
    kind: "taken-secret",
    secret,
    account,
  });
}

function whyAnew(secret: DesiredSecret, rotate: readonly string[], due: string | undefined): Reason {
  if (rotate.includes(secretKey(secret))) return because("asked", "another value is asked for");
  if (due === undefined) return because("follows", "what it is made from is made anew");
  return because("cut off", "a run that was to make it anew was cut off");
}

/** Keys of the secrets that this one is made from. */
function sourcesOf({ user, source }: DesiredSecret): readonly string[] {
  switch (source.kind) {
    case "generated":
    case "supplied":
      return [];
    case "copy":
      return [secretKey(source)];
    case "composed":
      return source.parts.flatMap((part) => (part.kind === "secret" ? [secretKey({ user, name: part.name })] : []));
  }
}

/** Nobody but the site knows a value that it gave, or what is made from one; what is made here is not worth keeping for long. */
function comesFromSite(secret: DesiredSecret, all: readonly DesiredSecret[]): boolean {
  if (secret.source.kind === "supplied") return true;
  const sources = sourcesOf(secret);
  return all.some((other) => sources.includes(secretKey(other)) && comesFromSite(other, all));
}

/** By key: how many others have to be made before it, one after another; the configuration has no circles. */
export function secretDepths(secrets: readonly DesiredSecret[]): ReadonlyMap<string, number> {
  const sources = new Map(secrets.map((secret) => [secretKey(secret), sourcesOf(secret)]));
  const depths = new Map<string, number>();
  const depthOf = (key: string): number => {
    const depth = depths.get(key) ?? 1 + Math.max(-1, ...(sources.get(key) ?? []).map(depthOf));
    depths.set(key, depth);
    return depth;
  };
  for (const key of sources.keys()) depthOf(key);
  return depths;
}

function howMade(secret: DesiredSecret): string {
  switch (secret.source.kind) {
    case "generated":
      return `${secret.source.length} random characters`;
    case "supplied":
      return "its value is given by the site";
    case "copy":
      return `the same as ${secret.source.name}`;
    case "composed":
      return "made from other secrets";
  }
}

/** `newer` are ids of images that are in the stores already and are to have these names, by imageKey. */
export function compareImages(
  { images, accounts, units }: Pick<DesiredState, "images" | "accounts" | "units">,
  facts: Pick<StateFacts, "images" | "applied" | "containers">,
  newer: ReadonlyMap<string, string> = new Map(),
): readonly Draft[] {
  const known = accountsOf(accounts);
  return images.flatMap(({ service, user, reference, megabytes }) => {
    const now = facts.images.get(user)?.get(reference);
    const account = accountIn(known, user);
    const what = `image ${reference}${megabytes === undefined ? "" : ` (about ${formatMegabytes(megabytes)})`}`;
    const change = { kind: "image", account, reference, megabytes } as const;
    const draft = (action: Draft["action"], reason: Reason, before: string | undefined) =>
      planned("images", action, service, what, reason, { ...change, before });
    const id = newer.get(imageKey(user, reference));
    if (id !== undefined) {
      const moved = because("asked", "a registry has another image under this name; it is in the store already");
      return [planned("images", "update", service, what, moved, { ...change, before: now, id })];
    }
    if (now === undefined) return [draft("create", because("missing", `pulled by ${user}`), undefined)];
    const applied = facts.applied.imageIds[imageKey(user, reference)];
    if (!isReplaced(reference, now, applied)) return [];
    // The way back leads to what is known to work, as long as a container keeps that image in the store.
    const isKept = units.some(
      ({ container, ...unit }) =>
        unit.user === user &&
        container?.image === reference &&
        facts.containers.get(user)?.get(container.name) === applied,
    );
    const replaced = because("replaced", "another image has this name now; pulled anew");
    return [draft("update", replaced, isKept ? applied : now)];
  });
}

/** "8.5 GB" */
export function formatMegabytes(megabytes: number): string {
  return megabytes < 1000 ? `${megabytes} MB` : `${(megabytes / 1000).toFixed(1).replace(".0", "")} GB`;
}

/** What was built on this host comes from no registry: whoever builds it anew means it. */
function isReplaced(reference: string, now: string, applied: string | undefined): boolean {
  return applied !== undefined && applied !== now && !reference.startsWith("localhost/");
}
