/** Which podman the distribution has, where none is installed: one that is too old is not worth installing. */
import { offeredByApt } from "../commands/packages.ts";
import type { OsFact } from "../model/os.ts";
import type { System } from "../system/interfaces.ts";
import { ifReadable } from "./if-readable.ts";

/** Undefined where it cannot be told without asking a network. */
export async function gatherOfferedPodman(system: System, { family }: OsFact): Promise<string | undefined> {
  if (system.host.findProgram("podman") !== undefined || family !== "debian") return undefined;
  if (system.host.findProgram("apt-cache") === undefined) return undefined;
  const answer = await ifReadable(system.runner.probe(offeredByApt("podman")));
  return parseCandidate(answer?.stdout ?? "");
}

/** "  Candidate: 5.4.2+ds1-2+b1", "  Candidate: (none)"; an epoch stands in front of a colon. */
export function parseCandidate(text: string): string | undefined {
  return /^ *Candidate: (?:\d+:)?(\d+\.\d+[^\s-]*)/m.exec(text)?.[1];
}
