/** Format of what a service file says about its data. */
import * as z from "zod";
import { map, name, relativePath, text, version } from "./fields.ts";

const commandSchema = z.union(
  [text, z.array(text).min(1, "at least one argument")],
  "a shell command or a list of arguments",
);

export const backupSchema = map({
  writers: z
    .array(name)
    .default([])
    .describe("containers that stop first, so that what is counted, dumped and copied belongs together"),
  parts: z
    .record(
      name,
      map(
        {
          directory: relativePath.describe("all of it is this part's; a restore puts it aside"),
          running: z
            .boolean("true or false")
            .default(false)
            .describe("copied while everything runs: for files that are written once and never changed"),
          dump: map(
            { container: name, command: commandSchema, restore: commandSchema },
            "{ container, command, restore }",
          )
            .optional()
            .describe("taken by a command in a running container, and read again by another one"),
        },
        "{ directory }",
      ),
    )
    .default({}),
  not_data: z.array(relativePath).default([]).describe("directories that containers write and nobody would miss"),
  secrets: z.array(name).default([]).describe("secrets that the data are lost without"),
  counts: z
    .record(name, map({ container: name, command: commandSchema }, "{ container, command }"))
    .default({})
    .describe("commands that print one number each, compared after a restore: users, rows, traces"),
});

export const decisionSchema = map(
  {
    container: name,
    since: version.describe("its image does not go past that, up or down, until `decided` of stack.yaml has the name"),
    why: text,
  },
  "{ container, since, why }",
);
