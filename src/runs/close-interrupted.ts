/**
 * Runs that were cut off, once it is known what became of what they had begun. Apart from what begins and takes back, because a
 * run with nothing to do needs neither the handlers nor the certificate library.
 */
import type { Generation } from "../model/journal.ts";
import { writeGeneration } from "../record/generations.ts";
import type { System } from "../system/interfaces.ts";

export async function closeInterrupted(
  system: System,
  generations: readonly Generation[],
  result: "failed" | "done",
  error: string,
): Promise<void> {
  for (const cut of generations.filter((generation) => generation.result === "open")) {
    const ended = cut.ended ?? system.clock.now().toISOString();
    await writeGeneration(system.files, { ...cut, result, error, ended });
  }
}
