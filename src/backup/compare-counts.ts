/** What was counted when a backup was taken, and what is there after a restore. */
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { Count } from "./manifest.ts";
import type { Scene } from "./scene.ts";

/** More is what people did since it runs again; none at all where there were some is a restore that failed. */
export function compareCounts(
  scene: Pick<Scene, "note" | "complain">,
  service: Pick<IndexedService, "name">,
  before: readonly Count[],
  after: readonly Count[],
): void {
  for (const { name, count } of before) {
    const now = after.find((one) => one.name === name)?.count ?? null;
    const text = `${service.name}: ${name}: ${count ?? "not counted"} in the backup, ${now ?? "not counted"} now`;
    if (count === null || now === null) scene.note(text);
    else if (now === 0 && count > 0) throw userError("restore-failed", text, `sudo svc logs ${service.name}`);
    else if (now < count) scene.complain(text);
    else scene.note(text);
  }
}
