/** Units of the users. */
import type { Of } from "../../model/change.ts";
import type { AccountFact, StateFacts, UnitFact } from "../../model/facts.ts";
import type { UnitName } from "../../model/names.ts";
import { unitKey } from "../../model/record-keys.ts";
import type { SideBySide } from "../../model/twin.ts";
import { isRunning, unitFact } from "../../model/unit-state.ts";
import { limitOf } from "../../model/waiting.ts";
import { plainAccount } from "../accounts.ts";
import { STOP_WAVE } from "./data.ts";
import { driftOfRunning } from "./running.ts";
import { aboutAccount, type Kinds, none } from "./trait.ts";

interface OfUser {
  readonly account: AccountFact;
  readonly unit: UnitName;
}

const PLAIN = {
  place: ({ account }: OfUser) => ({ wave: 0, lane: account.user }),
  name: ({ unit }: OfUser) => unit,
  about: aboutAccount,
  subject: ({ account, unit }: OfUser) => unitKey(account.user, unit),
  apart: true,
} as const;

/** Behind every turn to start. */
const LAST = 1_000_000;

export const UNITS: Pick<Kinds, "unit" | "asleep" | "reload-unit" | "stop"> = {
  unit: {
    ...PLAIN,
    // The proxy knows by then what there is to be led round.
    place: ({ account, turn = 0, beside }) => ({ wave: beside ? LAST + 1 : turn, lane: account.user }),
    undo: (change, facts) => {
      const { account, unit, plainName, startTimeoutSeconds, stopTimeoutSeconds, beside } = change;
      const fact = factOf(change, facts);
      if (!isRunning(fact?.active)) return [{ kind: "stop", account, unit, timeoutSeconds: stopTimeoutSeconds }];
      const before = limitOf(fact?.startLimitSeconds ?? startTimeoutSeconds);
      const back = restart(fact, account, unit, plainName, before, stopTimeoutSeconds);
      return [beside === undefined || fact === undefined ? back : { ...back, beside: besideBack(beside, fact) }];
    },
    drift: ({ plainName }, { reason }) => driftOfRunning(plainName, reason),
    makes: ({ account, unit }) => ({ units: [unitKey(account.user, unit)] }),
  },
  asleep: {
    ...PLAIN,
    place: () => ({ wave: LAST, lane: "" }),
    // It changes the record only, and that is put back with it.
    undo: none,
    drift: none,
    makes: ({ account, unit }) => ({ units: [unitKey(account.user, unit)] }),
    subject: ({ account, unit }) => `asleep ${unitKey(account.user, unit)}`,
  },
  "reload-unit": {
    ...PLAIN,
    // It calls the others or shows their names: they are up by then.
    place: () => ({ wave: LAST, lane: "" }),
    // Its files are put back first; then it takes them over in the same way.
    undo: ({ record: _, ...change }) => [change],
    drift: ({ plainName }, { reason }) => driftOfRunning(plainName, reason),
    makes: ({ account, unit }) => ({ units: [unitKey(account.user, unit)] }),
    subject: ({ account, unit }) => `reload ${unitKey(account.user, unit)}`,
  },
  stop: {
    ...PLAIN,
    place: ({ account }, { phase }) => ({ wave: phase === "prune-stop" ? 0 : STOP_WAVE, lane: account.user }),
    undo: (change, facts) => {
      const { account, unit, timeoutSeconds } = change;
      const fact = factOf(change, facts);
      // It was stopped for what might have started it meanwhile.
      if (!isRunning(fact?.active)) return [];
      const name = unit.replace(/\.service$/, "");
      return [restart(fact, plainAccount(account), unit, name, limitOf(fact?.startLimitSeconds), timeoutSeconds)];
    },
    drift: none,
  },
};

function factOf({ account, unit }: Of<"unit" | "stop">, facts: StateFacts): UnitFact | undefined {
  return unitFact(facts, { user: account.user, unit });
}

/** Where the first was never replaced, it runs with what it had; another unit file would have had another twin. */
function besideBack(beside: SideBySide, { since }: UnitFact): SideBySide {
  return { ...beside, content: beside.alsoBack ? beside.content : undefined, since };
}

/** As it was before: running, or on its way. */
function restart(
  before: UnitFact | undefined,
  account: AccountFact,
  unit: UnitName,
  plainName: string,
  startTimeoutSeconds: number,
  stopTimeoutSeconds: number,
): Of<"unit"> {
  // One that was starting when we came is not ours to hold to its promise.
  const arrives = before?.active === "activating" ? { unwatched: true as const } : {};
  // Of a socket systemd says nothing.
  const endless = before !== undefined && before.startLimitSeconds === undefined && unit.endsWith(".service");
  return {
    kind: "unit",
    account,
    unit,
    plainName,
    verb: "restart",
    startTimeoutSeconds,
    stopTimeoutSeconds,
    ...(endless && { tellsProgress: true as const }),
    ...arrives,
  };
}
