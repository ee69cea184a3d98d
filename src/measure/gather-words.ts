/** What only people want to know of a host: its graphics cards, and whether it is still as it was applied. */
import { parseProperties } from "../commands/shown-units.ts";
import { showLastEnd } from "../commands/systemd.ts";
import { gatherGpus } from "../facts/gpus.ts";
import { ifReadable } from "../facts/if-readable.ts";
import type { System } from "../system/interfaces.ts";
import type { Measured } from "./measured.ts";

const VERIFY = "install-quadlets-verify.service";

export async function gatherWords(system: System): Promise<Pick<Measured, "gpus" | "verified">> {
  const [{ gpus }, verified] = await Promise.all([gatherGpus(system), gatherVerified(system)]);
  return {
    gpus: gpus.map(({ index, name, totalBytes, usedBytes, busy }) => ({ index, name, totalBytes, usedBytes, busy })),
    verified,
  };
}

/** systemd remembers it until the next boot: "@1764331200", and empty before the first end. */
async function gatherVerified(system: System): Promise<Measured["verified"]> {
  const answer = await ifReadable(system.runner.probe(showLastEnd(VERIFY)));
  const values = parseProperties(answer?.stdout ?? "").get(VERIFY);
  const at = /^@(\d+)$/.exec(values?.get("ExecMainExitTimestamp") ?? "")?.[1];
  const status = values?.get("ExecMainStatus") ?? "";
  if (at === undefined || !/^\d+$/.test(status)) return undefined;
  return { at: Number(at), exitCode: Number(status) };
}
