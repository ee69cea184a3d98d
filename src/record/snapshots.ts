/** Copies of data that runs made before other images started: where they are, so that none outlives what it is for. */
import type { Count } from "../model/count.ts";
import type { AccountFact } from "../model/facts.ts";
import { isRecord, parseJson } from "../model/json.ts";
import { STATE_ROOT } from "../model/places.ts";
import type { Files } from "../system/interfaces.ts";

const PATH = `${STATE_ROOT}/snapshots.json`;

export interface Snapshot {
  readonly account: AccountFact;
  readonly directory: string;
  /** Number of the run that made it, or was about to. */
  readonly run: number;
  /** Other images may be started without a record of it: by a pull that comes next, by a manager, by a name that stands for another. */
  readonly early?: true;
  /** What the service counted before, where it counts: the same for each of its directories. */
  readonly counts?: readonly Count[];
  /** It is becoming the data again: a run that comes next brings that to its end first. */
  readonly returning?: true;
}

/** Beside the directory, so that it is below the same owner and, mostly, a rename away. */
export function copyOf({ directory, run }: Pick<Snapshot, "directory" | "run">): string {
  const at = directory.lastIndexOf("/") + 1;
  return `${directory.slice(0, at)}.${directory.slice(at)}.before-run-${run}`;
}

/** What is not whole has this name, and is never put back. */
export function partOf(snapshot: Pick<Snapshot, "directory" | "run">): string {
  return `${copyOf(snapshot)}.partial`;
}

/** Empty for one that is damaged: what it named is told by the names beside the data. */
export async function readSnapshots(files: Files): Promise<readonly Snapshot[]> {
  const value = parseJson((await files.read(PATH)) ?? "");
  const list = isRecord(value) ? value["snapshots"] : undefined;
  return Array.isArray(list) ? list.filter(isSnapshot) : [];
}

/** Those of the same run and directory give way to the new ones. */
export async function addSnapshots(files: Files, added: readonly Snapshot[]): Promise<void> {
  const others = (await readSnapshots(files)).filter((one) => !added.some((other) => isSame(one, other)));
  await write(files, [...others, ...added]);
}

export async function forgetSnapshots(files: Files, gone: readonly Snapshot[]): Promise<void> {
  const all = await readSnapshots(files);
  const left = all.filter((one) => !gone.some((other) => isSame(one, other)));
  if (left.length < all.length) await write(files, left);
}

async function write(files: Files, snapshots: readonly Snapshot[]): Promise<void> {
  if (snapshots.length === 0) return files.remove(PATH);
  const text = `${JSON.stringify({ version: 1, snapshots }, undefined, 1)}\n`;
  await files.write(PATH, text, { mode: 0o600, uid: 0, gid: 0 });
}

function isSame(one: Snapshot, other: Snapshot): boolean {
  return one.directory === other.directory && one.run === other.run;
}

function isSnapshot(value: unknown): value is Snapshot {
  if (!isRecord(value) || !isRecord(value["account"])) return false;
  const { uid, gid, user, home } = value["account"];
  const isAccount =
    [uid, gid].every((id) => typeof id === "number") && [user, home].every((x) => typeof x === "string");
  return isAccount && typeof value["directory"] === "string" && typeof value["run"] === "number";
}
