/** An error as `--json` prints it; config/errors.schema.json describes it. */
import { CommanderError } from "commander";
import { ConfigError, UserError } from "../model/diagnostic.ts";

export function errorAsJson(error: unknown): object {
  return { version: 1, errors: errorsOf(error) };
}

function errorsOf(error: unknown): readonly object[] {
  if (error instanceof ConfigError) {
    return error.diagnostics.map(({ file, line, column, path, message, hint }) => ({
      code: "configuration",
      file,
      line,
      column,
      ...(path === "" ? {} : { path }),
      what: message,
      ...(hint === undefined ? {} : { hint }),
    }));
  }
  if (error instanceof UserError) {
    const { code, message: what, hint } = error;
    return [{ code, what, ...(hint === undefined ? {} : { hint }) }];
  }
  if (error instanceof CommanderError) return [{ code: "usage", what: error.message.replace(/^error: /, "") }];
  return [{ code: "bug", what: error instanceof Error ? error.message : String(error) }];
}
