/** Does this backup fit this host? Every reason against it is found before anything is touched. */
import type { IndexedBackup } from "../model/backup.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService, ServiceIndex } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import type { Manifest } from "./manifest.ts";
import { asideOf } from "./restore.ts";

/** The service that it is of, as it is installed here. */
export function serviceOf(index: ServiceIndex, manifest: Manifest): IndexedService {
  const service = index.services.find(({ name }) => name === manifest.service);
  if (service !== undefined) return service;
  throw userError(
    "nothing-installed",
    `it is a backup of ${manifest.service}, which is not installed here`,
    "add it to /etc/install-quadlets/stack.yaml, run sudo install-quadlets, then restore",
  );
}

/** Throws with every difference between what is in the backup and what the service says its data are. */
export function refuseOther(service: IndexedService, data: IndexedBackup, manifest: Manifest): void {
  const wanted = data.parts.map(({ name, directory, taken }) => ({
    name,
    kind: taken.kind === "dumped" ? "dump" : "directory",
    directory: directory.slice(service.home.length + 1),
  }));
  const there = manifest.parts.filter(({ kind }) => kind !== "secrets");
  const faults = [
    ...wanted.filter((part) => !there.some((one) => isSame(one, part))).map(({ name }) => `it has no part ${name}`),
    ...there
      .filter((part) => !wanted.some((one) => isSame(one, part)))
      .map(({ name }) => `${name} is no part of the data now`),
    ...(manifest.from === service.from
      ? []
      : [`it was made of ${manifest.from}, and ${service.name} is ${service.from}`]),
  ];
  if (faults.length === 0) return;
  throw userError(
    "backup-unusable",
    `it does not fit ${service.name} as it is now: ${faults.join("; ")}`,
    `restore it with install-quadlets ${manifest.tool}`,
  );
}

interface Described {
  readonly name: string;
  readonly kind: string;
  readonly directory: string;
}

function isSame(one: Described, other: Described): boolean {
  return one.name === other.name && one.kind === other.kind && one.directory === other.directory;
}

/** Of two asides only one would be the way back. */
export async function refuseAside(system: System, data: IndexedBackup): Promise<void> {
  for (const { directory } of data.parts) {
    const aside = asideOf(directory);
    if ((await system.files.stat(aside)) === undefined) continue;
    throw userError(
      "in-the-way",
      `${aside} is there, which an earlier restore put aside`,
      "move it away, then restore again",
    );
  }
}

/** Data do not go back to an older program: that is worth a word before it is tried. */
export function imageNotes(service: IndexedService, manifest: Manifest): readonly string[] {
  return manifest.images.flatMap(({ unit, image }) => {
    const now = service.units.find(({ name }) => name === unit)?.image;
    if (now === undefined || now === image) return [];
    return [`${unit} ran ${image} then, and runs ${now} now: it must be able to read older data, or newer ones`];
  });
}
