/** Names of services and units for the tab key, also without root: unit files are no secret, the index is. */
import { UserError } from "../model/diagnostic.ts";
import { isGenerated } from "../model/mark.ts";
import { QUADLET_ROOT } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";
import { allNames, readIndex } from "./service-index.ts";

/** Empty where nothing is installed: there is nobody to tell why. */
export async function knownNames(system: System): Promise<readonly string[]> {
  try {
    return allNames(await readIndex(system));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [...new Set(await namesOfFiles(system))].sort();
  }
}

/** "opik" of opik.pod, which is its service's name, too. */
async function namesOfFiles({ files }: Pick<System, "files">): Promise<readonly string[]> {
  const folders = (await files.list(QUADLET_ROOT)).map((folder) => `${QUADLET_ROOT}/${folder}`);
  const found = folders.map(async (folder) => {
    const units = (await listed(files, folder)).filter((file) => /\.(container|pod)$/.test(file));
    const ours = units.map(async (file) => isGenerated((await read(files, `${folder}/${file}`)) ?? ""));
    const isOurs = await Promise.all(ours);
    return units.filter((_, at) => isOurs[at]).map((file) => file.replace(/\.[a-z]+$/, ""));
  });
  return (await Promise.all(found)).flat();
}

/** A file among the folders, or a folder that is another person's. */
function listed(files: System["files"], folder: string): Promise<readonly string[]> {
  return files.list(folder).catch(() => []);
}

function read(files: System["files"], path: string): Promise<string | undefined> {
  return files.read(path).catch(() => undefined);
}
