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
  return secrets
    .filter((secret) => !(facts.secrets.get(secret.user) ?? []).includes(secret.name))
    .map((secret) =>
      planned("secrets", "create", secret.service, `secret ${secret.name} of ${secret.user}`, reason(secret), {
        kind: "secret",
        secret,
        uid: uidOf(secret.user, accounts),
      }),
    );
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
