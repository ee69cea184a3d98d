/** Runs that were cut off on their way back: nothing else begins before they are at its end, because data may be between two versions. */
import { UserError, userError } from "../model/diagnostic.ts";
import { endOfWayBack, type Generation } from "../model/journal.ts";
import { generationDirectory, listGenerations } from "../record/generations.ts";
import type { System } from "../system/interfaces.ts";
import type { Run } from "./run.ts";

/** Oldest first. */
export async function onTheirWay({ files }: Pick<System, "files">): Promise<readonly Generation[]> {
  return (await listGenerations(files)).filter((run) => endOfWayBack(run) !== undefined);
}

/** For whoever changes something, and takes nothing back. */
export async function refuseWaysBack(system: System): Promise<void> {
  const cut = await onTheirWay(system);
  if (cut.length === 0) return;
  throw userError(
    "not-settled",
    `${cut.map(wasCutOff).join("; ")}: that comes first`,
    "sudo install-quadlets takes it back to the end, and then does what is configured",
  );
}

/** Throws where data could not be put back: what runs on them next would be neither the old nor the new. */
export async function finishWaysBack(run: Pick<Run, "system" | "person">): Promise<void> {
  const { system, person } = run;
  const cut = await onTheirWay(system);
  if (cut.length === 0) return;
  for (const one of cut) person.complain(`${wasCutOff(one)}: it is taken back to the end first`);
  // Loaded here: most runs have nothing to take back.
  const [{ isBetween, readRecords, takeRunsBack }, { toTheEnd }, { butFor }] = await Promise.all([
    import("./take-runs-back.ts"),
    import("./stoppable.ts"),
    import("./take-back.ts"),
  ]);
  const records = await readRecords(system.files, cut).catch(withWayOut(cut));
  const left = await toTheEnd(system, person.complain, "install", () => takeRunsBack(system, cut, records));
  const text = butFor(left);
  if (await isBetween(system, cut)) {
    throw userError("still-differs", text, "mend that first, and run it again: the data are put back then");
  }
  if (left.length > 0) person.complain(text);
}

/** A record that cannot be read would otherwise stand in the way for good. */
function withWayOut(cut: readonly Generation[]): (error: unknown) => never {
  const directories = cut.map(({ number }) => generationDirectory(number)).join(" ");
  return (error) => {
    if (!(error instanceof UserError) || error.code !== "record-damaged") throw error;
    throw userError(
      error.code,
      error.message,
      `rm -r ${directories}: then what was begun is not taken back any further`,
    );
  };
}

/** A dry run changes nothing, not even this. */
export async function tellWaysBack({ system, person }: Pick<Run, "system" | "person">): Promise<void> {
  for (const one of await onTheirWay(system)) {
    person.complain(
      `${wasCutOff(one)}: sudo install-quadlets takes it back to the end first, and the plan may be another then`,
    );
  }
}

export function wasCutOff({ number, what }: Generation): string {
  return `run ${number} (${what}) was cut off while it was taken back`;
}
