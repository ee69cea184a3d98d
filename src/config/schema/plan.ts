/** The form of a plan as JSON, for programs that read it: described here, written by plan/summary.ts and runs/plan-file.ts. */
import * as z from "zod";
import { PHASES } from "../../model/plan.ts";
import { PLAN_FORMAT, PLAN_VERSION } from "../../model/plan-json.ts";
import { REASON_CODES } from "../../model/reason.ts";
import { version } from "./output.ts";

const count = z.int().min(0);

const change = z
  .strictObject({
    phase: z.enum(PHASES).meta({ description: "When it happens; phases run in this order" }),
    action: z.enum(["create", "update", "remove", "run"]),
    service: z.string().nullable().meta({ description: "null is the host itself" }),
    kind: z.string().meta({ description: "file, directory, account, unit, image, secret, ..." }),
    summary: z.string().meta({ description: "What, in words" }),
    reason: z.string().meta({ description: "Why, in words" }),
    code: z.enum(REASON_CODES).meta({ description: "Why, as a word for programs" }),
  })
  .meta({ description: "One change; contents of files and values of secrets are never part of it" });

const unavailable = z.strictObject({
  service: z.string(),
  units: z.array(z.string()).meta({ description: "What goes down of it, as svc calls it" }),
  seconds: count.nullable().meta({ description: "About how long, as its last start took; null where not known" }),
  kind: z
    .enum(["down", "wait", "copied", "gone"])
    .meta({ description: "wait: requests queue in its sockets; gone: it does not come back" }),
});

const download = z.strictObject({
  image: z.string(),
  user: z.string().meta({ description: "Whose store it is pulled into" }),
  megabytes: count.nullable().meta({ description: "About, compressed; null where not known" }),
});

export const planSchema = z.strictObject({
  version,
  changes: z.array(change),
  unavailable: z.array(unavailable).optional().meta({ description: "What works now and will not for a while" }),
  downloads: z.array(download).optional().meta({ description: "Images to pull" }),
  aside: z
    .array(z.strictObject({ service: z.string(), user: z.string(), reason: z.string() }))
    .optional()
    .meta({ description: "Services that are left as they are, because their account cannot be dealt with" }),
  meaning: z
    .array(
      z.strictObject({
        service: z.string(),
        subject: z.string(),
        before: z.string().nullable().meta({ description: "null: it is new" }),
        after: z.string().nullable().meta({ description: "null: it goes" }),
      }),
    )
    .optional()
    .meta({ description: "What changes for whoever uses a service, in words: where requests for a model go" }),
  notes: z
    .array(
      z.strictObject({
        kind: z.enum(["foreign", "blocked", "expired", "full"]),
        subject: z.string(),
        text: z.string(),
      }),
    )
    .optional()
    .meta({
      description:
        "Keys at the gateway that are as nobody declared them, and file systems that are full: left like that",
    }),
  next: z.string().optional().meta({ description: "Where this is only the first part: what comes after it" }),
  stays: z.array(z.string()).optional().meta({ description: "What a removal leaves behind, in words" }),
});

const digest = z.string().regex(/^[0-9a-f]{64}$/);

export const planFileSchema = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  version: z
    .literal(PLAN_VERSION)
    .meta({ description: "Raised when the meaning of a field changes, not when one is added" }),
  made: z.iso.datetime().meta({ description: "When" }),
  tool: z.string().meta({ description: "The version of install-quadlets" }),
  host: z.string().meta({ description: "The name of the host that it is for" }),
  config: z.string().nullable().meta({ description: "The stack file that was named; null is the site's own" }),
  digest: digest.meta({ description: "Of the whole plan, with contents, reasons and ways back" }),
  digests: z.array(digest).meta({ description: "Of each change, in their order" }),
  plan: planSchema,
});
