/** Format of what a service file says about the models that it serves. */
import * as z from "zod";
import { MODEL_MODES, PROVIDER_TYPES } from "../../model/registry.ts";
import { countOrReference, map, matching, name, relativePath, scalar, text, variable } from "./fields.ts";

const path = matching(/^\/[A-Za-z0-9._~/-]*$/, "a path that starts with /");

export const probeSchema = map({
  path,
  body: z
    .record(text, z.json(), "what is sent as JSON")
    .default({})
    .describe("what is sent as JSON; the name of the model is added as model"),
  find: matching(/^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$/, "keys with dots between").describe(
    "where the answer has what is wanted: keys with dots between, numbers for items of lists",
  ),
  wanted: text.default("a token").describe("what that is, in words"),
  hint: text.optional().describe("what to do where it is not; $<model> stands for the name"),
  by_hand: z.boolean("true or false").default(false).describe("it is a person's to bring: said, and no failure"),
});

const cacheSchema = map({
  directory: relativePath.describe(
    "the directory with models--PUBLISHER--NAME in it, as Hugging Face lays out a cache",
  ),
  models: z.array(text).describe("what the service is configured to load"),
  container: name.describe("the container whose image and mounts fetch a model"),
  command: z
    .array(text, "a list of arguments")
    .min(1, "at least one argument")
    .describe('fetches one; $<model> stands for its name, and a line "bytes N" says how much there will be'),
  environment: z.record(variable, scalar, "a map of variables").default({}),
  secrets: z.record(variable, name).default({}).describe("variables that the command finds secrets of the service in"),
});

const storeSchema = map({
  container: name.describe("the container that keeps it"),
  list: path.describe("what it has, as Ollama's GET /api/tags answers"),
  pull: path.describe("where it is told to pull one, as Ollama's POST /api/pull"),
  remove: path.describe("where it is told to remove one, as Ollama's DELETE /api/delete"),
});

export const servedSchema = map({
  type: z.enum(PROVIDER_TYPES),
  port: name.describe("the port of the service at which it answers"),
  key: name.optional().describe("the secret of the service that callers must show"),
  models: z
    .array(
      map({
        each: name.optional().describe("a list setting: one model for each of its items"),
        name: text.describe("what the service calls the model"),
        context: countOrReference.optional().describe("tokens; 0 is not known"),
        quantization: text.optional(),
        mode: z.enum(MODEL_MODES).optional(),
      }),
    )
    .default([]),
  probe: probeSchema
    .optional()
    .describe("how each of its models is asked, at the end of a run and after a change, whether it serves"),
  fit: map({
    model: text,
    tensor_parallel: text.optional(),
    context: text.optional().describe("0 is the model's own"),
    quantization: text.optional(),
    utilization: text.optional(),
  })
    .optional()
    .describe("the settings that say what its model asks of the GPUs"),
  cache: cacheSchema.optional().describe("where models lie that it downloads"),
  store: storeSchema
    .optional()
    .describe("its own store of models: a run pulls into it what is declared, before anybody leads to it"),
});
