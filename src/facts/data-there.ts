/** Are the data of services there, and do values lie aside of the secrets that they were made with? */
import type { DataFact } from "../model/data-fact.ts";
import { UserError } from "../model/diagnostic.ts";
import type { AbsolutePath } from "../model/names.ts";
import { secretKey } from "../model/record-keys.ts";
import type { DesiredState } from "../model/resource.ts";
import { isTiedToData } from "../model/service-secret.ts";
import { wantedPaths } from "../model/wanted-paths.ts";
import { listGenerations } from "../record/generations.ts";
import { keptSecret } from "../record/kept-secrets.ts";
import type { Files } from "../system/interfaces.ts";

/** What makes a file system puts it there. */
const OF_FILE_SYSTEMS = ["lost+found"];

/** Undefined where no service has any. */
export async function gatherDataThere(files: Files, desired: DesiredState): Promise<DataFact | undefined> {
  const { data = [], secrets } = desired;
  if (data.length === 0) return undefined;
  const wanted = wantedPaths(desired);
  const holds = async (directory: string): Promise<boolean> => {
    const inside = [...wanted].filter((path) => path.startsWith(`${directory}/`));
    const lists = await Promise.all([directory, ...inside].map((path) => namesIn(files, path)));
    return lists.flat().some((path) => !wanted.has(path));
  };
  const directories = data.flatMap((one) => one.directories);
  const services = new Set(data.map(({ service }) => service));
  const tied = secrets.filter((secret) => services.has(secret.service) && isTiedToData(secret.source));
  const [filled, kept, lastWell] = await Promise.all([
    which(directories, holds),
    which(tied, async ({ user, name }) => (await keptSecret(files, user, name)) !== undefined),
    lastDay(files),
  ]);
  return { filled: new Set<AbsolutePath>(filled), kept: new Set(kept.map(secretKey)), lastWell };
}

async function which<Item>(items: readonly Item[], is: (item: Item) => Promise<boolean>): Promise<readonly Item[]> {
  const found = await Promise.all(items.map(is));
  return items.filter((_, at) => found[at] === true);
}

/** Full paths. What is in the way of a directory is a finding about its path, and no end of everything. */
async function namesIn(files: Files, path: string): Promise<readonly string[]> {
  try {
    if ((await files.stat(path))?.kind !== "directory") return [];
    return (await files.list(path)).filter((name) => !OF_FILE_SYSTEMS.includes(name)).map((name) => `${path}/${name}`);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** Records of runs that nobody can read are a matter of whoever goes back to them. */
async function lastDay(files: Files): Promise<string | undefined> {
  try {
    const well = (await listGenerations(files)).filter(({ result }) => result === "done");
    return well.at(-1)?.started.slice(0, 10);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
