/** Format of what people start in the containers of a service, and of what they log in with. */
import * as z from "zod";
import { map, name, text, variable } from "./fields.ts";

export const shellSchema = map({
  description: text,
  container: name,
  command: z.array(text, "a list of arguments").min(1, "at least one argument"),
  secrets: z.record(variable, name).default({}).describe("variables that the program finds secrets of the service in"),
});

export const loginSchema = map({
  description: text,
  port: name.optional().describe("the port of the service behind which it is asked for"),
  user: text,
  secret: name,
});
