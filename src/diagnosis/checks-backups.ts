/** The check of what data would be brought back from: when each service had its last backup. */
import { spanText } from "../model/span.ts";
import { type Check, check, type Finding, ok, skip, unless, warning } from "./check.ts";
import { listed } from "./words.ts";

const DAY = 86_400;
/** Where nobody says how often. */
const USUAL = 7 * DAY;

export const backupChecks: readonly Check[] = [
  check({
    id: "backups",
    group: "data",
    what: "the last backup of each service that has data",
    finds:
      "services without one, or with one that is older than two turns of the timer (7 days where none takes them), once there is a timer or any backup",
    needsRoot: true,
    ours: true,
    from: ["backups"],
    judge: ({ backups: { everySeconds, timerSince, services } }, { now }) => {
      if (services.length === 0) return skip("no service has data that a backup takes");
      // Whether there are backups is a choice of the person's: who was never asked for them has a host on which nothing is wrong.
      if (everySeconds === undefined && services.every(({ taken }) => taken === undefined))
        return ok("no backups; sudo install-quadlets backup takes one of each service that has data");
      // As the alert counts: the timer had its turn twice, and whatever keeps it from one is over.
      const patience = everySeconds === undefined ? USUAL : 2 * everySeconds;
      const [repair, hint] = everySeconds === undefined ? ["sudo install-quadlets backup"] : [TURN, WHY];
      const age = (date: Date) => (now.getTime() - date.getTime()) / 1000;
      // A timer that is new has its first turn still to come.
      const isEarly = timerSince !== undefined && age(timerSince) <= patience;
      const missing = services.filter(({ taken }) => taken === undefined && !isEarly).map(({ name }) => name);
      const found: Finding[] = services.flatMap(({ name, taken }) =>
        taken === undefined || age(taken) <= patience
          ? []
          : [warning(`the last backup of ${name} is of ${minute(taken)}, ${spanText(age(taken))} ago`, repair, hint)],
      );
      if (missing.length > 0)
        found.unshift(warning(`there is no backup of ${listed(missing)}, which has data`, repair, hint));
      const told = services.map(({ name, taken }) => `${name} ${taken === undefined ? "none yet" : minute(taken)}`);
      return unless(found, `last backups: ${told.join(", ")}`);
    },
  }),
];

/** With the folder and the recipients of stack.yaml, which a backup by hand does not know. */
const TURN = "sudo systemctl start install-quadlets-backup.service";
const WHY = "sudo journalctl --unit install-quadlets-backup says how the timer's last turn went";

function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
