/** Checks of what runs here: GPUs, the certificate, services, the last run, room and memory for them. */
import { endOfWayBack } from "../model/journal.ts";
import { type Check, check, type Finding, ok, problem, skip, unless, warning } from "./check.ts";
import type { Parts } from "./parts.ts";
import { servicesInNeedOfPorts } from "./ports.ts";
import { isCommand, listed } from "./words.ts";

type Causes = Pick<Parts, "ours" | "asks" | "sockets" | "gpu">;

const RUN = "sudo install-quadlets";
/** A renewal that is late by more than this does not happen. */
const LATE_DAYS = 3;
const DAY = 86_400_000;

const TOOLKIT = "sudo nvidia-ctk ";
/** Its packages are in NVIDIA's own repository, which a person adds and no program. */
const INSTALL_TOOLKIT =
  "install NVIDIA's container toolkit as https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html says";

export const gpuChecks: readonly Check[] = [
  check({
    id: "gpu",
    group: "gpu",
    what: "the GPUs as an account without rights sees them: driver, CDI specification, device nodes, libraries",
    finds: "what keeps a container from them",
    from: ["gpu"],
    judge: ({ gpu }) => {
      const { cards, driver, devices, problems, toolkit, asking } = gpu;
      // Before a service asks for one, nothing is broken.
      const level = asking.length > 0 ? problem : warning;
      const found = problems.map(({ message, hint }) => {
        if (!toolkit && hint.startsWith(TOOLKIT)) return level(message, undefined, `${INSTALL_TOOLKIT}, then: ${hint}`);
        return isCommand(hint) ? level(message, hint) : level(message, undefined, hint);
      });
      if (cards.length === 0 && found.length === 0) return ok("there is no GPU here");
      const text = [
        `${listed(cards)}${driver === undefined ? "" : `, driver ${driver}`}`,
        ...(devices.length === 0 ? [] : [`CDI devices ${listed(devices)}`]),
        ...(asking.length === 0 ? [] : [`given to ${listed(asking)}`]),
      ];
      return unless(found, text.join("; "));
    },
  }),
];

export const serviceChecks: readonly Check[] = [
  check({
    id: "certificate",
    group: "names",
    what: "the certificates that the site serves",
    finds: "one that clients refuse, one that ends soon, a renewal that does not happen",
    needsRoot: true,
    ours: true,
    from: ["certificate"],
    judge: ({ certificate: { refused, ends } }, { now }) => {
      if (refused !== undefined)
        return {
          found: [
            refused.hint === RUN ? problem(refused.sentence, RUN) : problem(refused.sentence, undefined, refused.hint),
          ],
        };
      if (ends.length === 0) return skip("no service ends TLS");
      const found = ends.flatMap(({ which, daysLeft, until, renewedFrom }): readonly Finding[] => {
        const text = `the certificate ${which} ends on ${until.slice(0, 10)} (${daysLeft} days)`;
        if (renewedFrom === null)
          return daysLeft < 30 ? [warning(text, undefined, "put its successor where stack.yaml names it")] : [];
        const late = (now.getTime() - new Date(renewedFrom).getTime()) / DAY;
        return late > LATE_DAYS
          ? [warning(`${text}, and was to be renewed ${Math.floor(late)} days ago`, `${RUN} renew`)]
          : [];
      });
      return unless(
        found,
        ends
          .map(
            ({ which, until, daysLeft }) =>
              `the certificate ${which} lasts until ${until.slice(0, 10)} (${daysLeft} days)`,
          )
          .join("; "),
      );
    },
  }),
  check({
    id: "services",
    group: "services",
    what: "the services, as `svc status` judges them",
    finds: "what is failed, degraded or stopped",
    needsRoot: true,
    ours: true,
    from: ["services"],
    with: ["ours", "asks", "sockets", "gpu"],
    judge: ({ services, ...causes }) => {
      const told = namedElsewhere(causes);
      const found = services
        .filter(
          ({ name, user, word }) =>
            !told.has(user) && !told.has(name) && !["healthy", "starting", "asleep"].includes(word ?? ""),
        )
        .map(({ name, word, sentence, hint }) => {
          if (word === undefined) return warning(`${name}: ${sentence}`, undefined, `sudo svc status ${name}`);
          const level = word === "failed" ? problem : warning;
          const text = `${name}: ${word}: ${sentence}`;
          return hint !== undefined && isCommand(hint) ? level(text, hint) : level(text, undefined, hint);
        });
      const starting = services.filter(({ word }) => word === "starting").map(({ name }) => name);
      const healthy = services.filter(({ word }) => word === "healthy").map(({ name }) => name);
      return unless(
        found,
        [
          ...(healthy.length === 0 ? [] : [`${listed(healthy)} healthy`]),
          ...(starting.length === 0 ? [] : [`${listed(starting)} starting`]),
        ].join("; "),
      );
    },
  }),
  check({
    id: "last-run",
    group: "services",
    what: "how the last run ended",
    finds: "a run that was cut off, and one that failed",
    needsRoot: true,
    ours: true,
    from: ["runs"],
    judge: ({ runs: { last, running } }) => {
      if (running) return ok("a run is at work now");
      if (last === undefined) return ok("no run has changed anything yet");
      const which = `run ${last.number} (${last.what}, ${last.started.slice(0, 10)}, by ${last.who})`;
      if (last.result === "open") return { found: [problem(`${which} was cut off`, RUN)] };
      if (endOfWayBack(last) !== undefined)
        return { found: [problem(`${which} was cut off while it was taken back`, RUN)] };
      const [why = ""] = (last.error ?? "").split("\n");
      if (last.result === "failed")
        return { found: [problem(`${which} failed, and was not taken back${why === "" ? "" : `: ${why}`}`, RUN)] };
      if (last.result === "taken back")
        return { found: [warning(`${which} failed, and was taken back${why === "" ? "" : `: ${why}`}`, RUN)] };
      return ok(`${which} was well`);
    },
  }),
];

/** Accounts and services that do not run for a reason which another check names. */
function namedElsewhere({ ours = [], asks = [], sockets, gpu }: Partial<Causes>): ReadonlySet<string> {
  const broken = ours.filter((own) => !own.exists || own.manager !== "active" || own.runtime !== "own");
  return new Set<string>([
    ...broken.map(({ user }) => user),
    ...asks.map(({ user }) => user),
    ...(sockets === undefined ? [] : servicesInNeedOfPorts(sockets)),
    ...(gpu === undefined || gpu.problems.length === 0 ? [] : gpu.asking),
  ]);
}
