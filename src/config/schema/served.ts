/** Format of what a service file says about the models that it serves. */
import * as z from "zod";
import { MODEL_MODES, PROVIDER_TYPES } from "../../model/registry.ts";
import { countOrReference, map, name, text } from "./fields.ts";

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
});
