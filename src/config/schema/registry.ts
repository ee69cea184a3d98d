/** Formats of providers.yaml and model-mappings.yaml: who answers for models, and where a request for one goes. */
import * as z from "zod";
import { MODEL_MODES, MODEL_NAME, PROVIDER_TYPES } from "../../model/registry.ts";
import { map, matching, serviceName, text } from "./fields.ts";

const letters = "[A-Za-z0-9._:/@+-]";
const modelName = matching(MODEL_NAME, "the name of a model: letters, digits and . _ : / @ + -");
export const mappingName = matching(
  new RegExp(`^(?:[A-Za-z0-9]|\\*)(?:${letters}|\\*){0,127}$`),
  "the name of a model, or a pattern with * for any text",
);
/** No "_": the name becomes part of a variable, in which a hyphen is one. */
export const providerName = matching(
  /^[a-z]([a-z0-9-]{0,46}[a-z0-9])?$/,
  "the name of a provider: lower-case letters, digits and hyphens, starting with a letter",
);
const baseUrl = matching(
  /^https?:\/\/(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~/-]*)?$/,
  "an address without user, password and query, for example https://models.example.org/v1",
);
const price = z.number("a number").min(0, "a number from 0").max(1_000_000, "at most 1000000");
const tokens = z.int("a whole number of tokens").min(1, "at least 1").max(100_000_000, "at most 100000000");

const modelSchema = map(
  {
    mode: z.enum(MODEL_MODES).optional(),
    context: tokens.optional().describe("tokens that question and answer may have together"),
    quantization: text.optional(),
    price: map({ input: price, output: price }).optional().describe("US dollars for a million tokens"),
  },
  "{ mode, context, quantization, price }",
);

export const providerSchema = map({
  type: z.enum(PROVIDER_TYPES),
  service: serviceName.optional().describe("a service of this stack: its address, its key and its models are known"),
  base_url: baseUrl.optional().describe("as clients of that type have it, mostly with /v1 at the end"),
  api_version: matching(/^[A-Za-z0-9._-]{1,40}$/, "a version, for example 2024-10-21").optional(),
  status: z.enum(["active", "disabled"]).default("active"),
  key: matching(/^[a-z0-9-]+(\/[a-z0-9_-]+)?$/, "a secret: NAME, or SERVICE/SECRET of this stack")
    .optional()
    .describe("a name is a secret that the site gives: install-quadlets secrets set GATEWAY/NAME"),
  models: z
    .record(modelName, z.union([modelSchema, z.null()]), "a map of models")
    .optional()
    .describe("what the provider calls them; without it, those that the service says it has"),
});

export const mappingSchema = map({
  to: z
    .array(
      map(
        {
          provider: providerName,
          model: modelName.optional().describe("what the provider calls it, where that is another name"),
          weight: z.int("a whole number").min(1, "at least 1").max(1000, "at most 1000").default(1),
        },
        "{ provider, model, weight }",
      ),
      "a list of { provider, model, weight }",
    )
    .min(1, "at least one provider")
    .describe("requests are shared among these, by weight"),
  aliases: z.array(modelName, "a list of names").default([]),
  fallbacks: z
    .array(mappingName, "a list of models")
    .default([])
    .describe("models to try, in this order, where all of these fail"),
  context_fallbacks: z
    .array(mappingName, "a list of models")
    .default([])
    .describe("models to try, in this order, for a request that is too long"),
});

export const routingSchema = map({
  retries: z.int("a whole number").min(0, "at least 0").max(10, "at most 10").default(2),
  failures: z
    .int("a whole number")
    .min(1, "at least 1")
    .max(1000, "at most 1000")
    .default(3)
    .describe("so many within a minute take a provider of a model out of the rotation"),
  cooldown: z
    .int("a number of seconds")
    .min(1, "at least 1")
    .max(3600, "at most 3600")
    .default(30)
    .describe("seconds that it stays out"),
  timeout: z
    .int("a number of seconds")
    .min(1, "at least 1")
    .max(86_400, "at most 86400")
    .default(3600)
    .describe("seconds that one answer may take"),
});

/** What stands around the entries, which are checked one by one so that one mistake does not hide the others. */
export const providersHeader = map({ providers: z.unknown().optional() });
export const mappingsHeader = map({ models: z.unknown().optional(), routing: routingSchema.prefault({}) });

/** The whole files, for editors. */
export const providersSchema = map({ providers: z.record(providerName, providerSchema).default({}) });
export const mappingsSchema = map({
  models: z.record(mappingName, mappingSchema).default({}),
  routing: routingSchema.prefault({}),
});
