/** Accounts, their subordinate ids and linger. */
import { onHost } from "../../model/drift.ts";
import type { IdRange } from "../../model/resource.ts";
import { aboutAccount, aboutUser, inOrder, type Kinds, none } from "./trait.ts";

type Own = "account" | "subids" | "linger" | "unlinger" | "remove-subids" | "remove-account";

export const ACCOUNTS: Pick<Kinds, Own> = {
  account: {
    place: inOrder,
    undo: ({ account: { user, uid, home } }) => [{ kind: "remove-account", user, uid, unless: home }],
    name: ({ account }) => `user ${account.user}`,
    about: aboutAccount,
    drift: ({ account }, { reason }) => [onHost("missing", `user ${account.user}`, reason.text)],
    makes: ({ account }, action) => (action === "create" ? { accounts: [account.user] } : {}),
  },
  subids: {
    place: inOrder,
    undo: ({ account: { user, home, subuid, subgid }, uids, gids }) => {
      const ranges = { ...(uids ? { uids: subuid } : {}), ...(gids ? { gids: subgid } : {}) };
      return [{ kind: "remove-subids", user, ...ranges, unless: home }];
    },
    name: ({ account }) => `subordinate ids of ${account.user}`,
    about: aboutAccount,
    drift: ({ account }, { reason }) => [onHost("missing", `subordinate ids of ${account.user}`, reason.text)],
    outdates: ({ account: { user } }, _, readers) => readers.ofUser(user),
    makes: ({ account: { user, subuid, subgid }, uids, gids }, action) => {
      if (action !== "create") return {};
      const line = ({ start, count }: IdRange) => `${user}:${start}:${count}`;
      return { subuids: uids ? [line(subuid)] : [], subgids: gids ? [line(subgid)] : [] };
    },
  },
  linger: {
    place: () => ({ wave: 1, lane: "linger" }),
    undo: ({ user }) => [{ kind: "unlinger", user }],
    name: ({ user }) => `linger of ${user}`,
    about: aboutUser,
    drift: ({ user }) => [onHost("linger", `linger of ${user}`, "is off: its services would not start at boot")],
    makes: ({ user }, action) => (action === "create" ? { lingering: [user] } : {}),
  },
  unlinger: {
    place: () => ({ wave: 3, lane: "" }),
    undo: ({ user }) => [{ kind: "linger", user }],
    name: ({ user }) => `linger of ${user}`,
    about: aboutUser,
    drift: none,
  },
  "remove-subids": {
    place: inOrder,
    undo: none,
    name: ({ user }) => `subordinate ids of ${user}`,
    about: aboutUser,
    drift: none,
  },
  "remove-account": {
    place: inOrder,
    undo: none,
    name: ({ user }) => `user ${user}`,
    about: aboutUser,
    drift: none,
  },
};
