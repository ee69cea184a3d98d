/** What is asked about units that are not well: their log, how they ended, image, port, memory and disk. */
import { asUser } from "../commands/accounts.ts";
import { changedLately } from "../commands/disk.ts";
import { userUnitLogs } from "../commands/journal.ts";
import { parseProperties } from "../commands/shown-units.ts";
import { showEndings } from "../commands/systemd.ts";
import { ifReadable } from "../facts/if-readable.ts";
import { gatherImages } from "../facts/images.ts";
import { gatherPulled } from "../facts/pulled.ts";
import { gatherSystemUnits } from "../facts/units.ts";
import type { Command } from "../model/command.ts";
import type { IndexedService } from "../model/index-file.ts";
import { containerName } from "../model/indexed-unit.ts";
import { isBetweenTries } from "../model/tries.ts";
import type { System } from "../system/interfaces.ts";
import { endedAt, endingIn, endingOf, mentionsMemory, timesOf } from "./endings.ts";
import { readStartingHealth } from "./health-log.ts";
import { ENTRY_FIELDS, parseEntry } from "./journal-lines.ts";
import { ofLastTry } from "./last-try.ts";
import { findPhase } from "./log-words.ts";
import { findFull, findOutOfMemory, findTaken, findTouched } from "./look-around.ts";
import { fetchedOf } from "./model-cache.ts";
import { noiseOf } from "./noise.ts";
import type { LogLine, More, Signs } from "./signs.ts";

/** Of all ill units of a service together; one that fails every few seconds writes some ten lines each time. */
const LINES = 400;
const PATIENCE_MS = 5_000;

export async function lookCloser(
  system: System,
  service: IndexedService,
  ill: readonly Signs[],
): Promise<readonly Signs[]> {
  const names = ill.map(({ unit }) => unit.unit);
  const down = ill.some(({ manager }) => manager !== "up");
  const wanted = ill
    .filter(({ fact }) => fact?.active !== "active")
    .flatMap(({ unit }) => (unit.image === "" ? [] : [unit.image]));
  const [home, account, manager, endings, log, full, taken, touched, images] = await Promise.all([
    ifReadable(hasHome(system, service.home)),
    hasAccount(system, service.user),
    down ? ifReadable(gatherSystemUnits(system, [`user@${service.uid}.service`])) : undefined,
    down ? undefined : ask(system, asUser(service, showEndings(names, PATIENCE_MS))),
    readLog(system, service, names),
    findFull(system, service),
    ifReadable(findTaken(system, service)),
    ifReadable(findTouched(system, service)),
    wanted.length === 0 ? undefined : ifReadable(gatherImages(system, service, wanted)),
  ]);
  const lacks = (image: string) => wanted.includes(image) && images?.has(image) === false;
  // Of the account, whichever of its units lack theirs.
  const pulled = wanted.some(lacks) ? await gatherPulled(system, service.uid) : undefined;
  const shown = parseProperties(endings?.stdout ?? "");
  const now = system.clock.now().getTime() / 1_000;
  return Promise.all(
    ill.map(async (signs): Promise<Signs> => {
      const { unit, fact } = signs;
      const values = shown.get(unit.unit);
      const own = log.filter((line) => line.unit === unit.unit);
      const tries = fact?.active === "activating" && !isBetweenTries(fact);
      // The next try may begin between two questions.
      const before = fact?.active === "activating" && endingOf(values) === undefined ? endingIn(own) : undefined;
      const ending = endingOf(values) ?? before?.ending;
      const grows = findPhase(
        unit.log?.phases ?? [],
        own.filter(({ from }) => from === "own"),
      )?.phase.grows;
      const isGrowing = grows !== undefined && fact?.active === "activating";
      // Where a process beside its first one was killed, that may have ended with a code of its own.
      const killed =
        ending !== undefined && ([9, 137].includes(ending.status) || mentionsMemory(ofLastTry(own, !tries)));
      const [outOfMemory, growing, fetched] = await Promise.all([
        killed ? ifReadable(findOutOfMemory(system, service, unit.unit, endedAt(values) ?? before?.at)) : undefined,
        isGrowing ? changes(system, service, grows) : undefined,
        isGrowing ? ifReadable(fetchedOf(system, service)) : undefined,
      ]);
      const cutOff = signs.manager === "down" && manager?.[0]?.active === "active";
      const more: More = {
        now,
        account,
        home: home !== false,
        ending,
        ...timesOf(values, now),
        log: own,
        image: wanted.includes(unit.image) ? images?.has(unit.image) : undefined,
        pulled: lacks(unit.image) ? pulled : undefined,
        taken:
          unit.kind === "container" && unit.after?.some((name) => name.endsWith("-pod.service")) ? undefined : taken,
        full,
        touched,
        outOfMemory,
        grows: growing,
        fetched,
      };
      const starts = fact?.active === "activating" && unit.health && signs.health === undefined;
      const health = starts ? await readStartingHealth(system, service, containerName(unit)) : signs.health;
      return { ...signs, health, ...(cutOff && { manager: "cut off" as const }), more };
    }),
  );
}

export async function readLog(
  system: System,
  service: IndexedService,
  units: readonly string[],
): Promise<readonly LogLine[]> {
  const command = userUnitLogs(service.uid, units, { lines: LINES, output: "json", fields: ENTRY_FIELDS });
  const answer = await ask(system, { ...command, timeoutMs: PATIENCE_MS });
  const noise = noiseOf([service]);
  return (answer?.stdout ?? "").split("\n").flatMap((line) => parseEntry(line, noise) ?? []);
}

async function changes(system: System, service: IndexedService, path: string): Promise<boolean | undefined> {
  const answer = await ask(system, asUser(service, changedLately(path)));
  return answer === undefined ? undefined : answer.stdout.trim() !== "";
}

async function hasHome(system: System, home: string): Promise<boolean> {
  return (await system.files.stat(home)) !== undefined;
}

/** Accounts of services are made by useradd: /etc/passwd has them. */
async function hasAccount(system: System, user: string): Promise<boolean> {
  const text = system.host.readTrusted("/etc/passwd");
  return text === undefined || text.split("\n").some((line) => line.startsWith(`${user}:`));
}

/** What cannot be asked is not known: the state is told without it. */
async function ask(system: System, command: Command) {
  return ifReadable(system.runner.probe(command));
}
