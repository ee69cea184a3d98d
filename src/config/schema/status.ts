/** The form of `svc status --json` and `svc list --json`, for programs that read them: described here, written by cli/status-text.ts. */
import * as z from "zod";
import { version } from "./output.ts";

const judged = {
  word: z.enum(["healthy", "starting", "degraded", "failed", "stopped", "asleep"]),
  sentence: z.string().meta({ description: "Why, in words" }),
  hint: z.string().nullable().meta({ description: "What to do" }),
  line: z.string().nullable().meta({ description: "The line of its log that says why" }),
};

const service = z.strictObject({
  name: z.string().meta({ description: "As it was asked for: a service, or one unit of it" }),
  service: z.string(),
  ...judged,
});

const unit = z.strictObject({
  name: z.string().meta({ description: "As svc calls it" }),
  unit: z.string().meta({ description: "As systemd calls it" }),
  kind: z.enum(["container", "pod", "oneshot", "socket"]),
  service: z.string(),
  user: z.string().meta({ description: "Whose user manager runs it" }),
  state: z.string(),
  up: z.boolean(),
  active: z.string().nullable().meta({ description: "systemd's ActiveState; null where nobody answered, as below" }),
  sub: z.string().nullable(),
  result: z.string().nullable(),
  since: z.string().nullable(),
  restarts: z.int().min(0).nullable(),
  image: z.string(),
  urls: z.array(z.string()),
  ...judged,
});

const expiry = z.strictObject({
  names: z.array(z.string()),
  fingerprint: z.string(),
  until: z.iso.datetime(),
  daysLeft: z.int(),
  renewedFrom: z.iso.datetime().nullable().meta({ description: "null where the site brings it along" }),
});

const answer = z.strictObject({
  service: z.string(),
  kind: z.enum(["model", "route", "name", "request"]),
  asked: z.string(),
  model: z.string().optional().meta({ description: "Where a model was asked" }),
  where: z.string(),
  wanted: z.string(),
  answered: z.boolean(),
  milliseconds: z.number().min(0),
  missing: z.string().optional().meta({ description: "What came instead, in words" }),
  hint: z.string().optional(),
});

export const statusSchema = z.strictObject({
  version,
  services: z.array(service),
  units: z.array(unit),
  certificate: expiry.optional().meta({ description: "Where one thing was asked about that serves one" }),
  tailscale: expiry.optional(),
  answers: z.array(answer).optional().meta({ description: "With --ask" }),
});
