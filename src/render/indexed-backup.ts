/** The data of one service as a backup needs them: units and podman's names in place of short ones. */
import type { Backup, DataPart, IndexedBackup, IndexedPart } from "../model/backup.ts";
import type { UnitName } from "../model/names.ts";
import { podmanSecretName } from "../model/secret-name.ts";
import type { Service } from "../model/service.ts";

export function indexedBackup(service: Service, backup: Backup): IndexedBackup {
  return {
    writers: unitsOf(service, (name) => backup.writers.includes(name)),
    parts: backup.parts.map((part) => indexedPart(service, part)),
    secrets: withThoseMadeOf(service, backup.secrets).map((name) => podmanSecretName(service.name, name)),
    counts: backup.counts.map((count) => ({ ...count, ...placeOf(service, count.container) })),
  };
}

function indexedPart(service: Service, { name, directory, taken }: DataPart): IndexedPart {
  const writes = new Set(
    service.containers
      .filter(({ mounts }) => mounts.some(({ source, readOnly }) => !readOnly && overlap(source, directory)))
      .map((container) => container.name),
  );
  return {
    name,
    directory,
    users: unitsOf(service, (container) => writes.has(container)),
    taken: taken.kind === "dumped" ? { ...taken, ...placeOf(service, taken.container) } : taken,
  };
}

function unitsOf({ containers }: Service, isMeant: (name: string) => boolean): readonly UnitName[] {
  return containers.filter(({ name }) => isMeant(name)).map(({ unit }) => `${unit}.service` as UnitName);
}

/** The container as podman knows it, and its unit. */
function placeOf({ containers }: Service, name: string): { readonly container: string; readonly unit: UnitName } {
  const container = containers.find((one) => one.name === name)?.unit ?? name;
  return { container, unit: `${container}.service` as UnitName };
}

/** A composed one would keep the value of before, and its reader the wrong password. */
function withThoseMadeOf({ secrets }: Service, names: readonly string[]): readonly string[] {
  const all = new Set(names);
  for (;;) {
    const more = secrets.filter(
      (secret) =>
        secret.kind === "composed" &&
        !all.has(secret.name) &&
        secret.parts.some((part) => part.kind === "secret" && all.has(part.secret)),
    );
    if (more.length === 0) return secrets.map(({ name }) => name).filter((name) => all.has(name));
    for (const { name } of more) all.add(name);
  }
}

function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
