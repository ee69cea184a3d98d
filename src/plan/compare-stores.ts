/** Podman secrets and images that a user does not have yet. */
import type { StateFacts } from "../model/facts.ts";
import type { PlannedChange } from "../model/plan.ts";
import type { DesiredAccount, DesiredImage, DesiredSecret } from "../model/resource.ts";
import { planned } from "./change.ts";

export function compareSecrets(
  secrets: readonly DesiredSecret[],
  accounts: readonly DesiredAccount[],
  facts: Pick<StateFacts, "secrets">,
): readonly PlannedChange[] {
  const has = (secret: DesiredSecret) => (facts.secrets.get(secret.user) ?? []).includes(secret.name);
  const change = (secret: DesiredSecret, action: "create" | "update", why: string) =>
    planned("secrets", action, secret.service, `secret ${secret.name} of ${secret.user}`, why, {
      kind: "secret",
      secret,
      uid: uidOf(secret.user, accounts),
    });
  const anew = new Set(secrets.filter((secret) => !has(secret)));
  // Each round finds what is made from the secrets of the round before, until nothing more is found.
  for (let before = -1; before < anew.size; ) {
    before = anew.size;
    for (const secret of secrets) if ([...anew].some((source) => isMadeFrom(secret, source))) anew.add(secret);
  }
  return secrets
    .filter((secret) => anew.has(secret))
    .map((secret) =>
      has(secret)
        ? change(secret, "update", "what it is made from is made anew")
        : change(secret, "create", reason(secret)),
    );
}

function isMadeFrom(secret: DesiredSecret, other: DesiredSecret): boolean {
  const { source } = secret;
  switch (source.kind) {
    case "generated":
      return false;
    case "copy":
      return source.user === other.user && source.name === other.name;
    case "composed":
      return secret.user === other.user && source.parts.some((p) => p.kind === "secret" && p.name === other.name);
  }
}

function reason(secret: DesiredSecret): string {
  switch (secret.source.kind) {
    case "generated":
      return `${secret.source.length} random characters`;
    case "copy":
      return `the same as ${secret.source.name}`;
    case "composed":
      return "made from other secrets";
  }
}

export function compareImages(
  images: readonly DesiredImage[],
  accounts: readonly DesiredAccount[],
  facts: Pick<StateFacts, "images">,
): readonly PlannedChange[] {
  return images
    .filter((image) => !(facts.images.get(image.user) ?? []).includes(image.reference))
    .map((image) =>
      planned("images", "create", image.service, `image ${image.reference}`, `pulled by ${image.user}`, {
        kind: "image",
        user: image.user,
        uid: uidOf(image.user, accounts),
        reference: image.reference,
      }),
    );
}

export function uidOf(user: string, accounts: readonly DesiredAccount[]): number {
  const account = accounts.find((candidate) => candidate.user === user);
  if (account === undefined) throw new Error(`no account ${user} in the desired state`);
  return account.uid;
}
