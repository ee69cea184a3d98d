/** How a service file says that its models are asked whether they serve. */
import type * as z from "zod";
import type { Probe } from "../../model/probe.ts";
import type { Path } from "../node.ts";
import type { probeSchema } from "../schema/served.ts";
import { type Builder, readOptionalText, readText } from "./fields.ts";

export function buildProbe(
  builder: Builder,
  written: z.output<typeof probeSchema> | undefined,
  path: Path,
): Probe | undefined {
  if (written === undefined) return undefined;
  return {
    path: written.path,
    body: written.body,
    find: written.find,
    wanted: readText(builder, [...path, "wanted"]) || written.wanted,
    hint: readOptionalText(builder, [...path, "hint"]),
    byHand: written.by_hand,
  };
}
