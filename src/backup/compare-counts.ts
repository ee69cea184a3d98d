/** What was counted when a backup was taken, and what is there after a restore. */
import { type Count, countText, judgeCounts } from "../model/count.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import type { Scene } from "./scene.ts";

/** None at all where there were some is a restore that failed. */
export function compareCounts(
  scene: Pick<Scene, "note" | "complain">,
  service: Pick<IndexedService, "name">,
  before: readonly Count[],
  after: readonly Count[],
): void {
  for (const { name, before: count, now, is } of judgeCounts(before, after)) {
    const text = `${service.name}: ${name}: ${countText(count)} in the backup, ${countText(now)} now`;
    if (is === "lost") throw userError("restore-failed", text, `sudo svc logs ${service.name}`);
    if (is === "fewer") scene.complain(text);
    else scene.note(text);
  }
}
