/** Format of what a service file says about traces: that it takes them, and how it sends its own. */
import * as z from "zod";
import type { TraceWay } from "../../model/traces.ts";
import { map, matching, name, scalar, text, variable } from "./fields.ts";

const takerSchema = map({
  port: name.describe("the port of the service at which it takes them"),
  path: matching(/^\/[A-Za-z0-9._~/-]*$/, "a path that starts with /")
    .optional()
    .describe("what follows the port in traces.url"),
  headers: z
    .record(matching(/^[A-Za-z0-9-]{1,60}$/, "the name of a header"), scalar, "a map of headers")
    .default({})
    .describe("what each request must say; sender.name stands for the service that sends"),
  secret_headers: name
    .optional()
    .describe("a secret of the service that holds such headers, for example authorization=Bearer VALUE"),
});

const senderSchema = map({
  callback: matching(/^[A-Za-z0-9_-]{1,60}$/, "a word of letters, digits, _ and -")
    .optional()
    .describe("what the program's own configuration calls this way: templates find it as traces.callback"),
  environment: z.record(variable, scalar).default({}).describe("variables that the container has as well"),
  args: z.array(text, "a list of arguments").default([]).describe("arguments that follow those of its command"),
  headers: variable.optional().describe("the variable in which it is told headers, as NAME=VALUE,NAME=VALUE"),
});

function ways<Schema extends z.ZodType>(schema: Schema) {
  const one = schema.optional();
  return { opik: one, "otlp-http": one, "otlp-grpc": one } satisfies Record<TraceWay, unknown>;
}

/** Keys of a service file. */
export const tracesShape = {
  takes_traces: map(ways(takerSchema))
    .optional()
    .describe("it takes traces that others send: `traces: NAME` in stack.yaml has them sent to it"),
  sends_traces: map({ container: name.describe("the container that sends"), ...ways(senderSchema) })
    .optional()
    .describe(
      "it can send traces of what it is asked: by the first of these ways that the other side takes; traces.url and traces.port stand for where",
    ),
};
