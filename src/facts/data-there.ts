/** Are the data of services there, and do values lie aside of the secrets that they were made with? */
import type { Applied } from "../model/applied.ts";
import type { DataFact } from "../model/data-fact.ts";
import type { AbsolutePath } from "../model/names.ts";
import { secretKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import { isTiedToData } from "../model/service-secret.ts";
import { wantedPaths } from "../model/wanted-paths.ts";
import { listGenerations } from "../record/generations.ts";
import { keptSecret } from "../record/kept-secrets.ts";
import type { Files } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

/** What makes a file system puts it there. */
const OF_FILE_SYSTEMS = ["lost+found"];

/** Undefined where no service has any; `applied` is the record. */
export async function gatherDataThere(
  files: Files,
  desired: DesiredState,
  applied: Pick<Applied, "filled">,
): Promise<DataFact | undefined> {
  const { data = [], secrets } = desired;
  if (data.length === 0) return undefined;
  const wanted = wantedPaths(desired);
  const directories = data.flatMap((one) => one.directories);
  const isGone = async (directory: string) => (await ifReadable(files.stat(directory))) === undefined;
  const services = new Set(data.map(({ service }) => service));
  const tied = secrets.filter((secret) => services.has(secret.service) && isTiedToData(secret.source));
  const [filled, kept, gone] = await Promise.all([
    filledAmong(files, directories, wanted),
    which(tied, async ({ user, name }) => (await keptSecret(files, user, name)) !== undefined),
    which(directories, isGone),
  ]);
  const isEmptied = directories.some((path) => applied.filled.includes(path) && !filled.includes(path));
  return {
    filled: new Set<AbsolutePath>(filled),
    kept: new Set(kept.map(secretKey)),
    // The records of all runs are not read where nobody asks for the day.
    lastWell: gone.length === 0 && !isEmptied ? undefined : await lastDay(files),
  };
}

/** Those that hold more than `ours`. */
export function filledAmong<Path extends string>(
  files: Files,
  directories: readonly Path[],
  ours: ReadonlySet<string>,
): Promise<readonly Path[]> {
  return which(directories, async (directory) => {
    const inside = [...ours].filter((path) => path.startsWith(`${directory}/`));
    const lists = await Promise.all([directory, ...inside].map((path) => namesIn(files, path)));
    return lists.flat().some((path) => !ours.has(path));
  });
}

async function which<Item>(items: readonly Item[], is: (item: Item) => Promise<boolean>): Promise<readonly Item[]> {
  const found = await Promise.all(items.map(is));
  return items.filter((_, at) => found[at] === true);
}

/** Full paths. What is in the way of a directory is a finding about its path, and no end of everything. */
async function namesIn(files: Files, path: string): Promise<readonly string[]> {
  const names = (await ifReadable(listed(files, path))) ?? [];
  return names.filter((name) => !OF_FILE_SYSTEMS.includes(name)).map((name) => `${path}/${name}`);
}

async function listed(files: Files, path: string): Promise<readonly string[]> {
  return (await files.stat(path))?.kind === "directory" ? files.list(path) : [];
}

/** Records of runs that nobody can read are a matter of whoever goes back to them. */
async function lastDay(files: Files): Promise<string | undefined> {
  const runs = (await ifReadable(listGenerations(files))) ?? [];
  return runs.findLast(({ result }) => result === "done")?.started.slice(0, 10);
}
