/** Format of keys.yaml: who may use which models, and how much. */
import * as z from "zod";
import { EVERY, expiryOf } from "../../model/gateway-key.ts";
import { map, matching } from "./fields.ts";
import { mappingName } from "./registry.ts";

/** No "_": the name becomes part of a secret's. At most what that leaves room for. */
export const keyName = matching(
  /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/,
  "the name of a key: lower-case letters, digits and hyphens, at most 48 characters",
);
const limit = (most: number) =>
  z.int("a whole number from 1").min(1, "a whole number from 1").max(most, `at most ${most}`);
const DAY = "a day, for example 2027-03-01";
const day = matching(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, DAY).refine((text) => expiryOf(text) !== undefined, DAY);

const limits = map({
  for: matching(/^[^\p{Cc}]{1,120}$/u, "whose it is, in at most 120 characters on one line").optional(),
  kind: z.enum(["person", "machine"]).default("person"),
  models: z
    .array(mappingName, "a list of models")
    .min(1, "at least one model")
    .optional()
    .describe("names, aliases and patterns with *; without it, every model"),
  requests_per_minute: limit(1_000_000).optional(),
  tokens_per_minute: limit(1_000_000_000).optional().describe("of questions and answers together"),
  parallel_requests: limit(100_000).optional(),
  tokens_per_day: limit(1_000_000_000_000)
    .optional()
    .describe("of questions and answers together, from midnight in UTC; for models without a price"),
  budget: map(
    {
      dollars: z.number("a number").min(0.01, "at least 0.01").max(1_000_000, "at most 1000000"),
      every: z.enum(EVERY),
    },
    "{ dollars, every }",
  )
    .optional()
    .describe("US dollars, by the prices of providers.yaml"),
  expires: day.optional().describe("the last day on which it works, in UTC"),
});

/** `anna:` alone is a key without limits. */
export const keySchema = z.union([limits, z.null()], "a map of limits");
export type WrittenKey = z.output<typeof keySchema>;

/** What stands around the entries. */
export const keysHeader = map({ keys: z.unknown().optional() });

/** The whole file, for editors. */
export const keysSchema = map({ keys: z.record(keyName, keySchema).default({}) });
