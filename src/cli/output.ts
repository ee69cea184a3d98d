/** The only writer to stdout and stderr. */
import { ConfigError, Stopped, UserError } from "../model/diagnostic.ts";
import { wantsColour } from "./colour.ts";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

export function complain(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function useColour(): boolean {
  const { env, argv, stdout } = process;
  return wantsColour({ env, argv, isTerminal: stdout.isTTY === true });
}

/** One message per problem; a stack trace for bugs of ours and with --verbose. */
export function printError(error: unknown, verbose: boolean): void {
  if (error instanceof ConfigError) {
    const count = error.diagnostics.length;
    complain(`error: the configuration has ${count} ${count === 1 ? "fault" : "faults"}; nothing was changed`);
    complain(error.message);
  } else if (error instanceof UserError) {
    complain(error instanceof Stopped ? error.message : `error: ${withCode(error)}`);
    if (error.hint !== undefined) complain(`hint: ${error.hint}`);
  } else {
    complain(`error: ${error instanceof Error ? error.message : String(error)}`);
    complain("hint: this is a fault of install-quadlets; please report it with the output of --verbose");
  }
  if (verbose && error instanceof Error && error.stack !== undefined) complain(error.stack);
}

/** Its kind, at the end of the first line: what follows may be somebody's log. A person who stops knows what that is. */
function withCode({ message, code }: UserError): string {
  return code === "failed" ? message : message.replace(/:?(?=\n|$)/, (colon) => ` [${code}]${colon}`);
}

/** Columns as wide as their widest cell, two spaces apart. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((width, row) => Math.max(width, (row[column] ?? "").length), 0),
  );
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}
