/** How much of images an account has fetched so far: podman lays what comes aside until all of an image is there. */
import { IMAGE_STAGING } from "../model/places.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

/** containers/image storage/storage_dest.go: a directory for each pull, in it a file for each layer. */
const NAMED = /^container_images_/;
/** Of a pull that was killed they stay: what has not changed for as long is not under way. */
const LATELY_MS = 2 * 60 * 1000;
/** No image has as many layers, and no account pulls as many at once. */
const MOST = 500;

/** Bytes; undefined where nothing is under way, or nobody can say. */
export async function gatherPulled(system: System, uid: number): Promise<number | undefined> {
  const names = (await ifReadable(system.files.list(IMAGE_STAGING))) ?? [];
  const sizes = await Promise.all(
    names
      .filter((name) => NAMED.test(name))
      .slice(0, MOST)
      .map((name) => ifReadable(sizeOfPull(system, `${IMAGE_STAGING}/${name}`, uid))),
  );
  const found = sizes.filter((size) => size !== undefined);
  return found.length === 0 ? undefined : found.reduce((sum, size) => sum + size, 0);
}

async function sizeOfPull({ files, clock }: System, path: string, uid: number): Promise<number | undefined> {
  if ((await files.stat(path))?.uid !== uid) return undefined;
  const layers = (await files.list(path)).slice(0, MOST);
  const stats = await Promise.all(layers.map((name) => files.stat(`${path}/${name}`)));
  const since = clock.now().getTime() - LATELY_MS;
  if (!stats.some((stat) => stat !== undefined && stat.modified >= since)) return undefined;
  return stats.reduce((sum, stat) => sum + (stat?.kind === "file" ? stat.size : 0), 0);
}
