/** The lines of a command, one after the other: as slowly as the caller takes them, and no longer than it wants them. */
import { spawn } from "node:child_process";
import type { Command } from "../model/command.ts";
import { userError } from "../model/diagnostic.ts";
import { MINIMAL_ENVIRONMENT } from "./environment.ts";

/** A line without an end is cut here. */
const LONGEST = 1024 * 1024;

/** Leaving the loop ends the command. Standard error is the caller's own, or nobody's: what is written there would stand in a drawing. */
export async function* streamLines(
  command: Command,
  stderr: "inherit" | "ignore" = "inherit",
): AsyncGenerator<string, void, void> {
  const [program, ...args] = command.argv;
  const child = spawn(program, args, {
    env: { ...MINIMAL_ENVIRONMENT, ...command.env },
    cwd: command.cwd ?? "/",
    stdio: ["ignore", "pipe", stderr],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (error) =>
      reject(userError("no-such-program", `${program}: cannot be started: ${error.message}`)),
    );
    child.once("close", (code) => resolve(code ?? 0));
  });
  // Looked at below, and by nobody where the loop is left before.
  ended.catch(() => undefined);
  try {
    let rest = "";
    for await (const chunk of child.stdout.setEncoding("utf8") as AsyncIterable<string>) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = (lines.pop() ?? "").slice(0, LONGEST);
      yield* lines;
    }
    if (rest !== "") yield rest;
    const code = await ended;
    if (code !== 0) throw userError("command-failed", `${program} ended with code ${code}`);
  } finally {
    child.kill();
  }
}
