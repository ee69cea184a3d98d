/** Which image each container is configured with, has, and runs. */
import { gatherContainers, gatherImages } from "../facts/images.ts";
import { UserError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";

export interface UnitVersion {
  readonly name: string;
  readonly image: string;
  /** Ids, as podman knows them: of the image that the name stands for, and of the one that runs. */
  readonly present: string | null;
  readonly running: string | null;
  /** What a restart would change, or why nothing can be said. */
  readonly note: string;
}

export async function readVersions(
  system: System,
  services: readonly IndexedService[],
): Promise<readonly UnitVersion[]> {
  return (await Promise.all(services.map((service) => versionsOf(system, service)))).flat();
}

async function versionsOf(system: System, service: IndexedService): Promise<readonly UnitVersion[]> {
  const units = service.units.filter((unit) => unit.image !== "");
  try {
    const wanted = units.map((unit) => unit.image);
    const [images, containers] = await Promise.all([
      gatherImages(system, service, wanted),
      gatherContainers(system, service),
    ]);
    return units.map(({ name, image, kind }) => {
      const present = images.get(image) ?? null;
      const running = containers.get(name) ?? null;
      return { name, image, present, running, note: noteOf(name, kind === "oneshot", present, running) };
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const note = `podman of ${service.user} cannot be read`;
    return units.map(({ name, image }) => ({ name, image, present: null, running: null, note }));
  }
}

function noteOf(name: string, ends: boolean, present: string | null, running: string | null): string {
  if (present === null) return `not there: sudo svc pull ${name}`;
  if (running === null) return ends ? "" : "does not run";
  return running === present ? "" : "another one runs: sudo install-quadlets";
}
