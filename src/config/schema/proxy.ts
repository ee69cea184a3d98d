/** Format of what a service file says about serving all others, and the page about the site. */
import * as z from "zod";
import { map, name, relativePath, seconds, text } from "./fields.ts";

export const forPortal = z
  .boolean("true or false")
  .default(false)
  .describe("only where stack.yaml says `portal: true`");

export const tlsSchema = map(
  {
    certificate_in: relativePath.describe(
      "the directory in which leaf.crt and leaf.key are laid, for its owner to read",
    ),
    authority_in: relativePath.describe("the directory in which ca.crt is laid, for clients to fetch"),
    client_port: name.optional().describe("the port at which clients fetch it, and what sets them up"),
    portal_in: relativePath
      .optional()
      .describe("where stack.yaml says `portal: true`: the directory in which a timer of root's lays state.json"),
    detour: map({
      container: name,
      begin: z.union([text, z.array(text)], "a shell command, or a list of arguments"),
      end: z.union([text, z.array(text)], "a shell command, or a list of arguments"),
    })
      .optional()
      .describe(
        "commands that lead requests to second instances, and back to the first; the hosts of the routes follow as arguments",
      ),
    body_size: text.optional().describe("of routes that do not say their own"),
    read_timeout: seconds.optional().describe("of routes that do not say their own"),
  },
  "{ certificate_in, authority_in }",
);
