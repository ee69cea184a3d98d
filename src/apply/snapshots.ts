/** Copies of data: made while nothing writes, put back when a run fails, removed when it was well. */
import { asUser } from "../commands/accounts.ts";
import { copyData, emptyData, moveData, removeData } from "../commands/data.ts";
import { failureOf } from "../facts/failure-of.ts";
import { UserError } from "../model/diagnostic.ts";
import { addSnapshots, copyOf, forgetSnapshots, partOf, readSnapshots, type Snapshot } from "../record/snapshots.ts";
import type { System } from "../system/interfaces.ts";

/** Whole under its name, or not there. */
export async function makeCopy({ runner }: System, snapshot: Snapshot, onFile: () => void): Promise<void> {
  const { account, directory } = snapshot;
  const run = (command: Parameters<typeof asUser>[1]) => runner.run(asUser(account, command));
  try {
    await runner.run(asUser(account, copyData(directory, partOf(snapshot))), onFile);
    await run(moveData(partOf(snapshot), copyOf(snapshot)));
  } catch (error) {
    await runner.probe(asUser(account, removeData(partOf(snapshot)))).catch(() => undefined);
    throw error;
  }
}

/** What is half removed must not have the name of what is whole: a taking back would make it the data. */
async function removeCopy({ runner, files }: System, snapshot: Snapshot): Promise<void> {
  const [copy, part] = [copyOf(snapshot), partOf(snapshot)];
  const isThere = async (path: string) => (await files.stat(path)) !== undefined;
  const run = (command: Parameters<typeof asUser>[1]) => runner.run(asUser(snapshot.account, command));
  if (await isThere(part)) await run(removeData(part));
  if (!(await isThere(copy))) return;
  await run(moveData(copy, part));
  await run(removeData(part));
}

/** `system` with the files as they are: nothing of this is to be taken back. */
export async function dropCopy(system: System, snapshot: Snapshot): Promise<void> {
  await removeCopy(system, snapshot);
  await forgetSnapshots(system.files, [snapshot]);
}

/** Can be done again after it was cut off anywhere. */
export async function putBack(system: System, snapshots: readonly Snapshot[]): Promise<void> {
  const { files } = system;
  const known = await readSnapshots(files);
  const own = snapshots.filter((one) => known.some((other) => copyOf(other) === copyOf(one)));
  // What was dropped after a run that was well is not missed: the data of now stay.
  if (own.length === 0) return;
  await addSnapshots(
    files,
    own.map((snapshot) => ({ ...snapshot, returning: true })),
  );
  for (const snapshot of own) await putOneBack(system, snapshot);
  await forgetSnapshots(files, own);
}

async function putOneBack({ runner, files }: System, snapshot: Snapshot): Promise<void> {
  const { account, directory } = snapshot;
  const run = (command: Parameters<typeof asUser>[1]) => runner.run(asUser(account, command));
  const isThere = async (path: string) => (await files.stat(path)) !== undefined;
  const copy = copyOf(snapshot);
  const failed = `${copy}.failed`;
  if (await isThere(partOf(snapshot))) await run(removeData(partOf(snapshot)));
  if (await isThere(copy)) {
    // Another file system may be mounted there: then it stays, and what is in it goes.
    const isAway = !(await isThere(directory)) || (await failureOf(run(moveData(directory, failed)))) === undefined;
    if (isAway) await run(moveData(copy, directory));
    else {
      await run(emptyData(directory));
      await run(copyData(`${copy}/.`, directory));
      await run(removeData(copy));
    }
  }
  if (await isThere(failed)) await run(removeData(failed));
}

/** What a run that was cut off was putting back. */
export async function finishReturns(system: System): Promise<void> {
  const all = await readSnapshots(system.files);
  await putBack(
    system,
    all.filter(({ returning }) => returning === true),
  );
}

/** After a run that was well, all of them or those that go; gives what could not be removed, in words. */
export async function dropSnapshots(
  system: System,
  goes: (snapshot: Snapshot) => boolean = () => true,
): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const snapshot of (await readSnapshots(system.files)).filter(goes)) {
    try {
      await dropCopy(system, snapshot);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`${copyOf(snapshot)} is not removed yet: ${error.message.split("\n")[0]}`);
    }
  }
  return problems;
}
