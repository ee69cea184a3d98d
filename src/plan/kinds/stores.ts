/** Secrets and images in the stores of podman. */

import { inConfiguration, onHost } from "../../model/drift.ts";
import type { AccountFact } from "../../model/facts.ts";
import { imageKey, secretKey } from "../../model/record-keys.ts";
import { aboutAccount, type Kinds, none, type Place } from "./trait.ts";

type Own = "secret" | "taken-secret" | "restore-secret" | "remove-secret" | "image" | "tag-image" | "remove-image";

interface OfUser {
  readonly account: AccountFact;
}

/** Podman locks its stores: in order for each user. Without unit files a user manager that podman needs starts nothing. */
function afterUnits({ account }: OfUser): Place {
  return { wave: 2, lane: account.user };
}

const OF_SECRET = {
  place: afterUnits,
  undo: none,
  name: ({ name }: { readonly name: string }) => `secret ${name}`,
  about: aboutAccount,
  drift: none,
};

const OF_IMAGE = {
  place: afterUnits,
  undo: none,
  name: ({ reference }: { readonly reference: string }) => `image ${reference}`,
  about: aboutAccount,
  drift: none,
};

export const STORES: Pick<Kinds, Own> = {
  secret: {
    // A copy needs its original, a composition its parts.
    place: ({ secret }, { depths }) => ({ wave: depths.get(secretKey(secret)) ?? 0, lane: secret.user }),
    undo: ({ account, secret, former }) =>
      former === undefined ? [{ kind: "remove-secret", account, name: secret.name, keep: "no" }] : [],
    name: ({ secret }) => `secret ${secret.name}`,
    about: aboutAccount,
    drift: ({ secret }, { action, reason }) => {
      if (reason.code === "follows") return [];
      const what = `secret ${secret.name} of ${secret.user}`;
      // Podman never had it: `secrets set` keeps a value for the next run.
      const isNew = secret.source.kind === "supplied" && action === "create";
      const kind = reason.code === "replaced" ? "replaced" : "missing";
      return [isNew ? inConfiguration("new", what, reason.text) : onHost(kind, what, reason.text)];
    },
    outdates: ({ secret }, _, readers) => readers.ofSecret(secretKey(secret)),
    makes: ({ secret, rotate }, action) => ({
      secretsDue: { [secretKey(secret)]: rotate ? "rotate" : "make" },
      secrets: action === "create" ? [secretKey(secret)] : [],
    }),
  },
  "taken-secret": {
    ...OF_SECRET,
    name: ({ secret }) => `secret ${secret.name}`,
    drift: ({ secret }, { reason }) => [onHost("replaced", `secret ${secret.name} of ${secret.user}`, reason.text)],
    outdates: ({ secret }, _, readers) => readers.ofSecret(secretKey(secret)),
  },
  "restore-secret": OF_SECRET,
  "remove-secret": OF_SECRET,
  image: {
    ...OF_IMAGE,
    place: ({ account }) => ({ wave: 0, lane: account.user }),
    undo: ({ account, reference, before }) =>
      before === undefined ? [] : [{ kind: "tag-image", account, reference, id: before }],
    drift: ({ account, reference, before }) => {
      const what = `image ${reference} of ${account.user}`;
      if (before === undefined) return [onHost("missing", what, "is not in its store")];
      return [onHost("replaced", what, "the name stands for another image than when it was applied")];
    },
    outdates: ({ account, reference }, _, readers) => readers.ofImage(imageKey(account.user, reference)),
    makes: ({ account, reference }, action) =>
      action === "create" ? { images: [imageKey(account.user, reference)] } : {},
  },
  "tag-image": OF_IMAGE,
  "remove-image": { ...OF_IMAGE, takes: ({ account, reference }) => [imageKey(account.user, reference)] },
};
