/** Which changes decide what a boot starts: unit files, names of images, and the index by which a run judges whether they are others. */
import type { Change } from "./change.ts";
import { INDEX_PATH } from "./index-file.ts";
import { QUADLET_ROOT } from "./places.ts";

/** Of records: what takes such a change back is one itself. */
export function actsAtBoot(change: Change): boolean {
  if (change.kind === "tag-image") return true;
  const path = change.kind === "directory" ? change.directory.path : "path" in change ? change.path : "";
  const [at, root] = [`${path}/`, `${QUADLET_ROOT}/`];
  return path === INDEX_PATH || at.startsWith(root) || (path !== "" && root.startsWith(at));
}
