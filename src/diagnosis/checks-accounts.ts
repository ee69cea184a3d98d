/** Checks of accounts: linger, user managers, podman's pause process, limits. */
import { asUser } from "../commands/accounts.ts";
import { migrate } from "../commands/podman.ts";
import { managerUnit, runtimeUnit } from "../commands/systemd.ts";
import { RESOURCES } from "../model/limits.ts";
import { printCommand } from "../model/print-command.ts";
import { isRunning } from "../model/unit-state.ts";
import { type Check, check, type Finding, problem, unless, warning } from "./check.ts";
import type { OwnFact } from "./parts.ts";
import { listed } from "./words.ts";

const RUN = "sudo install-quadlets";
/** What the units of containers are bounded by, in each manager. */
const DELEGATED = ["memory", "pids"];

export const accountChecks: readonly Check[] = [
  check({
    id: "accounts",
    group: "accounts",
    what: "whether the accounts of the services exist",
    finds: "accounts that are gone",
    needsRoot: true,
    ours: true,
    from: ["ours"],
    judge: ({ ours }) =>
      unless(
        ours.filter(({ exists }) => !exists).map(({ user }) => problem(`the account ${user} does not exist`, RUN)),
        `${ours.length} accounts: ${listed(ours.map(({ user }) => user))}`,
      ),
  }),
  check({
    id: "linger",
    group: "accounts",
    what: "whether the managers of our accounts start at boot",
    finds: "accounts that do not linger",
    needsRoot: true,
    ours: true,
    from: ["ours"],
    judge: ({ ours }) =>
      unless(
        existing(ours)
          .filter(({ lingers }) => !lingers)
          .map(({ user }) =>
            problem(
              `${user} does not linger: its services end when nobody is logged in as it, and start at no boot`,
              command("loginctl", "enable-linger", user),
            ),
          ),
        "all linger",
      ),
  }),
  check({
    id: "managers",
    group: "accounts",
    what: "whether the user managers run, and have their directory in /run",
    finds: "managers that do not run, directories that are gone or somebody else's",
    needsRoot: true,
    ours: true,
    from: ["ours"],
    judge: ({ ours }) => unless(existing(ours).flatMap(managerFindings), "all user managers run"),
  }),
  check({
    id: "delegation",
    group: "accounts",
    what: "which control group controllers the user managers have",
    finds: "controllers that the host has and that are not handed on to a manager",
    needsRoot: true,
    ours: true,
    from: ["ours", "kernel"],
    judge: ({ ours, kernel }) => {
      const possible = DELEGATED.filter((name) => kernel.controllers?.includes(name) === true);
      const found = ours.flatMap(({ uid, user, controllers }) => {
        const lacking = possible.filter((name) => controllers !== undefined && !controllers.includes(name));
        if (lacking.length === 0) return [];
        const message = `the manager of ${user} was not given the controller ${lacking.join(" and ")}: such limits are not kept`;
        return [warning(message, delegate(uid))];
      });
      return unless(found, `the managers have ${possible.length === 0 ? "what there is" : listed(possible)}`);
    },
  }),
  check({
    id: "pause",
    group: "accounts",
    what: "podman's pause process, which holds the user namespace of an account",
    finds: "one that is gone though podman remembers it, and one with ids that the account no longer has",
    needsRoot: true,
    ours: true,
    from: ["ours"],
    judge: ({ ours }) => unless(ours.flatMap(pauseFindings), "podman's pause processes are as it remembers them"),
  }),
  check({
    id: "limits",
    group: "accounts",
    what: "open files, processes and locked memory that units ask for, against what their manager may grant",
    finds: "units that ask for more: they do not start",
    needsRoot: true,
    ours: true,
    from: ["asks"],
    judge: ({ asks }) =>
      unless(
        asks.map((ask) => {
          const { unit } = RESOURCES[ask.resource];
          const message = `${ask.unit} asks for ${ask.wanted} ${unit}, and user@${ask.uid}.service, the manager of ${ask.user}, runs with ${ask.held}`;
          const isAllowed = ask.configured !== undefined && ask.configured >= ask.wanted;
          if (isAllowed) return problem(message, command("systemctl", "restart", `user@${ask.uid}.service`));
          return problem(message, undefined, `${RUN} --dry-run names the line that bounds it`);
        }),
        "no unit asks for more than its manager may grant",
      ),
  }),
];

function existing(ours: readonly OwnFact[]): readonly OwnFact[] {
  return ours.filter(({ exists }) => exists);
}

function managerFindings({ user, uid, manager, runtime }: OwnFact): readonly Finding[] {
  const unit = managerUnit(uid);
  if (!isRunning(manager)) {
    const how = manager === "failed" ? "has failed" : "does not run";
    return [problem(`the user manager of ${user} ${how}`, command("systemctl", "restart", unit))];
  }
  if (manager === "activating" || runtime === "own") return [];
  const what = runtime === "gone" ? "is gone, and nothing reaches" : "belongs to another account, which cuts off";
  return [
    problem(
      `/run/user/${uid} ${what} the user manager of ${user}`,
      command("systemctl", "restart", runtimeUnit(uid), unit),
    ),
  ];
}

function pauseFindings(account: OwnFact): readonly Finding[] {
  const { user, uid, manager, pause } = account;
  // It ends with the manager, and podman makes another one with the next.
  if (pause === "none" || pause === "fine" || (pause === "dead" && manager !== "active")) return [];
  const what = pause === "dead" ? "is gone, and podman remembers it" : "holds ids that the account no longer has";
  const renew = command(...asUser(account, migrate()).argv);
  // podman refuses to start in a directory that the account cannot enter.
  const repair = `(cd / && ${renew}) && ${command("systemctl", "restart", `user@${uid}.service`)}`;
  // Podman mostly makes another one; with other ids nothing of the account's own can be read.
  return [(pause === "dead" ? warning : problem)(`podman's pause process of ${user} ${what}`, repair)];
}

/** As systemd ships it; somebody's drop-in took it away. */
function delegate(uid: number): string {
  const directory = `/etc/systemd/system/user@${uid}.service.d`;
  const write = `printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n' | sudo tee ${directory}/delegate.conf`;
  return `sudo mkdir -p ${directory} && ${write} && sudo systemctl daemon-reload && sudo systemctl restart user@${uid}.service`;
}

function command(...argv: readonly string[]): string {
  return printCommand({ argv: ["sudo", ...argv] });
}
