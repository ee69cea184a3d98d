/** Format of what a service file says about being asked whether the service does what it is there for. */
import * as z from "zod";
import { map, matching, name, text } from "./fields.ts";

const stepSchema = map({
  method: z.enum(["GET", "POST", "DELETE"]).default("GET"),
  path: matching(/^\/[A-Za-z0-9._~/$<>?=&-]*$/, "a path that starts with /").describe("$<id> stands for a new id"),
  body: z
    .record(text, z.json(), "what is sent as JSON")
    .optional()
    .describe("what is sent as JSON; $<id> stands for the new id, $<now> for the time"),
  find: matching(/^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/, "keys with dots between")
    .optional()
    .describe("where the answer must have something: keys with dots between, numbers for items of lists"),
  equals: text.optional().describe("what that must be"),
  anyway: z
    .boolean("true or false")
    .default(false)
    .describe("also where a step before it failed: it takes away what was made"),
});

/** Keys of a service file. */
export const askedShape = {
  asks: z
    .record(
      name,
      map({
        wanted: text.describe("what is to come back, in words"),
        port: name.describe("the port of the service; through the public name where a route has it"),
        steps: z.array(stepSchema).min(1, "at least one step"),
        within: z
          .int("a whole number of seconds")
          .min(1, "at least 1")
          .max(300, "at most 300")
          .default(15)
          .describe("seconds; what is read is asked for again until then"),
        hint: text.optional().describe("what to do where it does not come"),
      }),
    )
    .default({})
    .describe("requests that show that it does what it is there for: `svc status --ask` makes them"),
  answers_names: map({ port: name.describe("the port of the service at which it answers") })
    .optional()
    .describe("it is the name server of the zone: `svc status --ask` asks it for every public name"),
};
