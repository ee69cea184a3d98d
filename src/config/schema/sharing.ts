/** Format of how services share graphics cards: in stack.yaml who is given what, in a service file what that means for it. */
import * as z from "zod";
import { map, matching, name, scalar, text } from "./fields.ts";

const shareWanted = "a share of the memory, above 0 and at most 0.95";

/** In stack.yaml. */
export const givenGpuSchema = map({
  devices: z
    .array(z.union([matching(/^[A-Za-z0-9:_.-]+$/, "a GPU by index or UUID, or all"), z.int()]), "a list of GPUs")
    .optional()
    .describe("by index or UUID, or all"),
  memory: z
    .number(shareWanted)
    .gt(0, shareWanted)
    .max(0.95, shareWanted)
    .optional()
    .describe("share of the memory of each; of all that is on one GPU, at most 0.95 together"),
});

export const swapSchema = map({
  group: name.describe("one service of a group is awake at a time"),
  default: z
    .boolean("true or false")
    .default(false)
    .describe("the one that starts at boot, and comes back after another"),
});

export const idleSchema = matching(/^[1-9][0-9]{0,3}[mh]$/, "minutes or hours, for example 30m");

/** In a service file. */
export const gpuSettingsSchema = map({
  devices: name.describe("the list setting that the devices go into"),
  memory: name
    .optional()
    .describe("the setting that the share goes into; without it the share only counts for the others"),
  only_looks: z.boolean("true or false").default(false).describe("it uses nothing of them: it shares with nobody"),
});

export const activitySchema = map({
  container: name,
  command: z
    .union([text, z.array(scalar).min(1, "at least one argument")], "a shell command, or a list of arguments")
    .describe("prints who uses it; run in the container every two minutes, so it must be cheap and end by itself"),
  busy: z.array(text).default([]).describe("metrics (as Prometheus reads them) that are above 0 while it works"),
  counts: z.array(text).default([]).describe("metrics that are others after each request"),
  used: text.optional().describe("regular expression for a line that is there while it is in use"),
});
