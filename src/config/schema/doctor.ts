/** The form of `doctor --json`, for programs that read it: described here, written by diagnosis/report.ts. */
import * as z from "zod";
import { version } from "./output.ts";

const count = z.int().min(0);

const entry = z.strictObject({
  id: z.string().meta({ description: "Of the check; docs/doctor.md has them, and they stay" }),
  group: z.enum(["host", "podman", "accounts", "network", "names", "gpu", "services", "data"]),
  level: z.enum(["ok", "warning", "problem", "skipped"]),
  message: z.string(),
  reason: z
    .enum(["needs root", "nothing installed yet", "nothing to say"])
    .nullable()
    .meta({ description: "Why a check says nothing" }),
  repair: z.string().nullable().meta({ description: "A command that mends it when it is pasted" }),
  hint: z.string().nullable().meta({ description: "What to do where no command does it" }),
});

export const doctorSchema = z.strictObject({
  version,
  tool: z.string().meta({ description: "The version of install-quadlets" }),
  os: z.string(),
  ready: z.boolean().meta({ description: "No problem was found" }),
  problems: count,
  warnings: count,
  checks: z.array(entry),
});
