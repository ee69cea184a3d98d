/** Runs a command with the terminal of this process: shells, database prompts, followed logs. */
import { spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Command } from "../model/command.ts";
import { userError } from "../model/diagnostic.ts";
import { MINIMAL_ENVIRONMENT } from "./environment.ts";
import { leaveCtrlC } from "./signals.ts";
import { openStdin } from "./stdin-file.ts";

/** The exit code of the command; 128 + 2 when Ctrl-C ended it, as a shell would say. */
export function runAttached(command: Command): Promise<number> {
  const [program, ...args] = command.argv;
  const term = process.env["TERM"] === undefined ? {} : { TERM: process.env["TERM"] };
  const stdin = command.stdin === undefined ? undefined : openStdin(command.stdin);
  const child = spawn(program, args, {
    env: { ...MINIMAL_ENVIRONMENT, ...term, ...command.env },
    cwd: command.cwd ?? "/",
    stdio: [stdin ?? "inherit", "inherit", "inherit"],
  });
  if (stdin !== undefined) closeSync(stdin);
  // The terminal sends Ctrl-C to both of us: the program decides, we stay to report how it ended.
  const takeBack = leaveCtrlC();
  return new Promise<number>((resolve, reject) => {
    child.once("error", (error) =>
      reject(userError("no-such-program", `${program}: cannot be started: ${error.message}`)),
    );
    child.once("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  }).finally(takeBack);
}
