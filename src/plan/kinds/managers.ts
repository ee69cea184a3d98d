/** The system manager and its units, and the managers of the users. */

import type { AccountFact } from "../../model/facts.ts";
import { unitKey } from "../../model/record-keys.ts";
import { plainAccount } from "../accounts.ts";
import { driftOfRunning } from "./running.ts";
import { aboutAccount, aboutNobody, type Kinds, none } from "./trait.ts";

type Own = "reload-system" | "reload-user" | "manager" | "stop-manager" | "system-unit" | "disable";

const OF_USER = {
  name: ({ account }: { readonly account: AccountFact }) => `user manager of ${account.user}`,
  about: aboutAccount,
};

export const MANAGERS: Pick<Kinds, Own> = {
  "reload-system": {
    // Before what it makes known is started, or after what it is to forget is gone.
    place: (_, { phase }) => ({ wave: phase === "prune" ? 5 : 0, lane: "" }),
    undo: (change) => [change],
    name: () => "system manager",
    about: aboutNobody,
    drift: none,
    apart: true,
  },
  "reload-user": {
    ...OF_USER,
    place: ({ account }, { phase }) => ({ wave: phase === "prune" ? 6 : 1, lane: account.user }),
    undo: ({ account }) => [{ kind: "reload-user", account }],
    drift: none,
    subject: ({ account }) => `reload ${account.user}`,
    apart: true,
  },
  manager: {
    ...OF_USER,
    place: ({ account }) => ({ wave: 2, lane: account.user }),
    undo: (change, facts) => {
      const account = plainAccount(change.account);
      const wasActive = facts.managers.get(account.user)?.active === "active";
      return [wasActive ? { kind: "manager", account, verb: "restart" } : { kind: "stop-manager", account }];
    },
    drift: ({ account }, { reason }) => driftOfRunning(`user manager of ${account.user}`, reason),
    starts: ({ account }) => [unitKey("root", `user@${account.uid}.service`)],
    subject: ({ account }) => `manager ${account.user}`,
    apart: true,
  },
  "stop-manager": {
    ...OF_USER,
    place: ({ account }) => ({ wave: 4, lane: account.user }),
    undo: ({ account }) => [{ kind: "manager", account: plainAccount(account), verb: "restart" }],
    drift: none,
    subject: ({ account }) => `manager ${account.user}`,
  },
  "system-unit": {
    place: () => ({ wave: 1, lane: "units" }),
    undo: ({ unit }, facts) => {
      const wasActive = facts.systemUnits.find((fact) => fact.unit === unit)?.active === "active";
      return [wasActive ? { kind: "system-unit", unit, verb: "restart" } : { kind: "disable", unit }];
    },
    name: ({ unit }) => unit,
    about: aboutNobody,
    drift: ({ unit }, { reason }) => driftOfRunning(unit, reason),
    makes: ({ unit }) => ({ systemUnits: [unit] }),
    starts: ({ unit }) => [unitKey("root", unit)],
    subject: ({ unit }) => unitKey("root", unit),
    apart: true,
  },
  disable: {
    // While its file is there.
    place: () => ({ wave: 0, lane: "" }),
    undo: ({ unit }) => [{ kind: "system-unit", unit, verb: "start" }],
    name: ({ unit }) => unit,
    about: aboutNobody,
    drift: none,
    subject: ({ unit }) => unitKey("root", unit),
  },
};
