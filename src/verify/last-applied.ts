/** What the last finished run left on the host, from its own record. */
import type { Generation } from "../model/journal.ts";
import type { System } from "../system/interfaces.ts";
import type { LastApplied } from "./drift.ts";

/** Empty where nothing was applied yet. `directoryOf` gives the place of a run's record. */
export async function readLastApplied(
  system: System,
  generations: readonly Generation[],
  directoryOf: (number: number) => string,
): Promise<LastApplied> {
  for (const { number } of generations.filter((generation) => generation.result === "done").toReversed()) {
    const text = await system.files.read(`${directoryOf(number)}/files.json`);
    // A renewal renders nothing.
    if (text === undefined) continue;
    const files = JSON.parse(text) as readonly { readonly path: string; readonly content: string }[];
    return new Map(files.map(({ path, content }) => [path, content]));
  }
  return new Map();
}
