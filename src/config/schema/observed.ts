/** Format of what a service file says about being watched, and about watching others. */
import * as z from "zod";
import { map, matching, name, relativePath, serviceName } from "./fields.ts";

const metricsPath = matching(/^\/[A-Za-z0-9._~/-]*$/, "a path that starts with /");

const metricsSchema = map({
  port: name.describe("the port of the service that answers with them"),
  path: metricsPath.default("/metrics"),
  beside: z.array(serviceName).default([]).describe("only where one of these is in the stack"),
  secret: name.optional().describe("the secret of the service that is to be shown, as Authorization: Bearer"),
});

/** Keys of a service file. */
export const observedShape = {
  group: map({
    name: name.describe("`NAME: true` in stack.yaml switches on every service of the group"),
    beside: z.array(serviceName).default([]).describe("only where one of these is in the stack"),
  }).optional(),
  metrics: z.array(metricsSchema).default([]).describe("where it says how it is, in the words of Prometheus"),
  alerts: map({ port: name.describe("the port of the service at which it answers") })
    .optional()
    .describe("it knows which alerts fire, and answers as Alertmanager does"),
  host_metrics: relativePath
    .optional()
    .describe("a directory in which a timer of root's lays what only root sees, for the program to read"),
  scrapes: map({ container: name.describe("the container that asks") })
    .optional()
    .describe("it asks every service of the stack for its metrics: its templates may use `targets`"),
};
