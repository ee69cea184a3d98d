/** The commands of `opik-manage`. */
import type { Command } from "commander";
import { appProgram } from "./app-program.ts";
import { run } from "./run.ts";

export async function main(argv: readonly string[]): Promise<void> {
  await run(await makeProgram(), argv);
}

export async function makeProgram(): Promise<Command> {
  return await appProgram({
    command: "opik-manage",
    description: "Looks after Opik's pod of nine containers.",
    prefix: "opik",
  });
}
