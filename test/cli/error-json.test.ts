/** Errors as programs read them: each kind in the form of the published schema. */
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { errorAsJson } from "../../src/cli/error-json.ts";
import { errorsSchema } from "../../src/config/schema/errors.ts";
import { ConfigError, NeedsRoot, Stopped, UserError } from "../../src/model/diagnostic.ts";

const fault = { file: "stack.yaml", line: 3, column: 5, path: "domain", message: "is not a domain", hint: "try one" };
const bare = { file: "stack.yaml", line: 1, column: 1, path: "", message: "is empty" };

test.each<[string, unknown, readonly object[]]>([
  [
    "every fault of a configuration",
    new ConfigError([fault, bare]),
    [
      {
        code: "configuration",
        file: "stack.yaml",
        line: 3,
        column: 5,
        path: "domain",
        what: "is not a domain",
        hint: "try one",
      },
      { code: "configuration", file: "stack.yaml", line: 1, column: 1, what: "is empty" },
    ],
  ],
  [
    "of the host",
    new UserError("no podman", "install it"),
    [{ code: "failed", what: "no podman", hint: "install it" }],
  ],
  ["without a hint", new UserError("no podman"), [{ code: "failed", what: "no podman" }]],
  [
    "root",
    new NeedsRoot("this needs root", "sudo x"),
    [{ code: "needs-root", what: "this needs root", hint: "sudo x" }],
  ],
  ["a no", new Stopped("nothing was changed"), [{ code: "stopped", what: "nothing was changed" }]],
  [
    "what is typed wrong",
    new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'"),
    [{ code: "usage", what: "unknown option '--x'" }],
  ],
  ["a fault of ours", new TypeError("x is not a function"), [{ code: "bug", what: "x is not a function" }]],
  ["something thrown", "oops", [{ code: "bug", what: "oops" }]],
])("%s", (_, error, errors) => {
  expect(errorAsJson(error)).toEqual({ version: 1, errors });
  expect(errorsSchema.safeParse(errorAsJson(error)).error).toBeUndefined();
});
