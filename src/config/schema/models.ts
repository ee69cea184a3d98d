/** Format of what a service file says about leading requests to models, and about asking them. */
import * as z from "zod";
import { map, matching, name, scalar, serviceName, text, variable } from "./fields.ts";
import { probeSchema } from "./served.ts";

const routerSchema = map({
  container: name.describe("the container that finds the keys of providers in its environment, as PROVIDER_NAME_KEY"),
  keys: map({
    port: name.describe("the port at which it is administered, as LiteLLM is"),
    secret: name.describe("the secret that may do everything there"),
  })
    .optional()
    .describe("it makes the keys of keys.yaml"),
  cache: map({
    container: name.describe("a Redis or Valkey, with redis-cli and its password in REDISCLI_AUTH"),
    prefix: text.describe("what the names of all answers in it begin with"),
    digits: z
      .int("a whole number from 1")
      .min(1, "a whole number from 1")
      .max(128, "at most 128")
      .optional()
      .describe("hexadecimal digits that follow, and end the name; without it, whatever begins so is an answer"),
  })
    .optional()
    .describe("it keeps answers there"),
  database: name.optional().describe("the container that keeps its keys, and what was used"),
  probe: probeSchema
    .optional()
    .describe("how each model that only services of this stack answer for is asked; with the secret of keys"),
});

const askerSchema = map({
  container: name.describe("the container that asks"),
  service: serviceName.describe("whom it asks where no service of the stack routes to models and makes keys"),
  port: name.describe("the port of that service; what is asked in the end is the reference models.port"),
  secret: name.describe("the secret that it shows there; in its place it gets a key of its own where a service routes"),
  router: map({
    when: name.describe("a setting of the service: without it the router is not asked"),
    user_header: matching(/^[A-Za-z0-9-]{1,60}$/, "the name of a header").describe("in which it says who asks"),
    environment: z.record(variable, scalar).default({}).describe("variables that the container has as well"),
  })
    .optional()
    .describe("it can ask a service that routes to models"),
});

/** Keys of a service file. */
export const modelsShape = {
  routes_models: routerSchema
    .optional()
    .describe("its templates may use `registry`: the models of the site, and where requests for them go"),
  asks_models: askerSchema.optional().describe("it asks models: the router of the stack, or one service"),
};
