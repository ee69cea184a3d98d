/** Runs one program: parses, maps errors to messages and exit codes. */
import { type Command, CommanderError } from "commander";
import { NeedsRoot } from "../apps/service-index.ts";
import { UserError } from "../model/diagnostic.ts";
import { printCommand } from "../model/print-command.ts";
import { complain, printError } from "./output.ts";

/** Exit codes of every command: 0 done or nothing to do, 1 an error, 2 changes pending or drift found, 3 another one is awake. */
export async function run(program: Command, argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    stream.off("error", ignoreClosedPipe).on("error", ignoreClosedPipe);
  for (const command of withItsOwn(program)) {
    command.exitOverride().configureOutput({ outputError: (text) => complain(text.trim()) });
  }
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      return;
    }
    printError(error instanceof NeedsRoot ? withSudo(error, program, argv) : error, argv.includes("--verbose"));
    // Not exitCode: a command that still runs for the failed one must not keep us here.
    process.exit(error instanceof UserError ? error.exitCode : 1);
  }
}

/** What to type: the same, as root. */
function withSudo(error: NeedsRoot, program: Command, argv: readonly string[]): UserError {
  return new UserError(error.message, printCommand({ argv: ["sudo", program.name(), ...argv.slice(2)] }));
}

function withItsOwn(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withItsOwn)];
}

/** `svc list | head -1`: who reads no further has seen enough, and a run that is under way goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
