/** What a backup is to say about itself: when, of what, with which programs. */
import { readVersions } from "../apps/versions.ts";
import { gatherPodmanVersion } from "../facts/versions.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { System } from "../system/interfaces.ts";
import { type About, FORMAT, type Manifest, VERSION } from "./manifest.ts";
import type { Scene } from "./scene.ts";

export function aboutNow({ system, tool }: Scene, { name }: IndexedService): About {
  return { format: FORMAT, version: VERSION, tool, service: name, taken: system.clock.now().toISOString() };
}

export async function describe(
  system: System,
  service: IndexedService,
  known: About & Pick<Manifest, "encryptedTo" | "parts" | "counts">,
): Promise<Manifest> {
  const versions = await readVersions(system, [service]);
  return {
    ...known,
    from: service.from,
    host: system.host.hostname(),
    podman: (await gatherPodmanVersion(system)) ?? "",
    images: versions.map(({ name, image, present, running }) => ({ unit: name, image, id: running ?? present })),
  };
}
