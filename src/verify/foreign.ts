/** What stands in the unit directories of our accounts and was not rendered: units, drop-ins, masks, quadlets. */
import { UserError } from "../model/diagnostic.ts";
import type { AbsolutePath } from "../model/names.ts";
import { QUADLET_ROOT } from "../model/places.ts";
import type { DesiredAccount, DesiredState } from "../model/resource.ts";
import type { System } from "../system/interfaces.ts";

/** Where a user manager and its generators look besides: the account itself may write there (systemd.unit(5)). */
const OWN = [
  ".config/systemd/user",
  ".config/systemd/user.control",
  ".local/share/systemd/user",
  ".config/containers/systemd",
];
const RUNTIME = ["systemd/user", "systemd/user.control", "containers/systemd"];

/** Sorted; a directory that cannot be listed stands for what is in it. */
export async function findForeign(system: System, desired: DesiredState): Promise<readonly AbsolutePath[]> {
  const ours = new Set<string>([...desired.files, ...desired.directories].map(({ path }) => path));
  // Folders of drop-ins that belong to quadlets of a site.
  const dropIns = desired.directories.map(({ path }) => path).filter((path) => path.startsWith(`${QUADLET_ROOT}/`));
  const directories = [...new Set([...desired.accounts.flatMap(directoriesOf), ...dropIns])];
  const lists = await Promise.all(directories.map((directory) => entriesOf(system, directory)));
  return lists
    .flat()
    .filter((path) => !ours.has(path))
    .sort() as AbsolutePath[];
}

function directoriesOf({ uid, home }: DesiredAccount): readonly string[] {
  return [
    `${QUADLET_ROOT}/${uid}`,
    ...OWN.map((path) => `${home}/${path}`),
    ...RUNTIME.map((path) => `/run/user/${uid}/${path}`),
  ];
}

async function entriesOf(system: System, directory: string): Promise<readonly string[]> {
  try {
    return (await system.files.list(directory)).map((name) => `${directory}/${name}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [directory];
  }
}
