/** The forms of `check --json`, for programs that read them: described here, written by cli/check-report.ts and cli/check-stack.ts. */
import * as z from "zod";
import { version } from "./output.ts";

const place = {
  file: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
};

const finding = z.strictObject({
  ...place,
  rule: z.string().meta({ description: "docs/rules.md has it" }),
  level: z.enum(["error", "warning", "hint"]),
  path: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  more: z.int().min(1).optional().meta({ description: "So many more of the rule in this file were only counted" }),
  fixable: z.boolean().meta({ description: "check --fix writes it anew" }),
});

const ofQuadlets = z.strictObject({
  version,
  podman: z.string().meta({ description: "Which they were judged for" }),
  rootful: z.boolean(),
  files: z.int().min(0).meta({ description: "How many were judged" }),
  notJudged: z.array(z.string()).meta({ description: "Units that systemd reads itself" }),
  findings: z.array(finding),
  unread: z.array(z.strictObject({ path: z.string(), message: z.string() })),
});

const ofConfiguration = z.strictObject({
  version,
  services: z.array(z.string()),
  findings: z.array(
    z.strictObject({
      level: z.enum(["error", "warning"]),
      check: z.string().optional().meta({ description: "Which one found it; faults of form have none" }),
      file: z.string().optional(),
      line: place.line.optional(),
      column: place.column.optional(),
      path: z.string().optional().meta({ description: "The value there, as services.opik.ports.web" }),
      message: z.string(),
      hint: z.string().optional(),
    }),
  ),
});

export const checkSchema = z.union([
  ofQuadlets.meta({ description: "Of quadlets" }),
  ofConfiguration.meta({ description: "Of a configuration" }),
]);
