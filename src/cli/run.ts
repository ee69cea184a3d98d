/** Runs one program: parses, maps errors to messages and exit codes. */
import { type Command, CommanderError } from "commander";
import { NeedsRoot, UserError } from "../model/diagnostic.ts";
import { EXIT } from "../model/exit-code.ts";
import { READER } from "../model/places.ts";
import { printCommand } from "../model/print-command.ts";
import { COMPLETE } from "./completion.ts";
import { errorAsJson } from "./error-json.ts";
import { arrangeHelp } from "./help-text.ts";
import { stoppableWhileLooking } from "./looking.ts";
import { complain, printError, printJson } from "./output.ts";

export async function run(program: Command, argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    stream.off("error", ignoreClosedPipe).on("error", ignoreClosedPipe);
  program.option("--no-color", "no colours; NO_COLOR, TERM=dumb and CLICOLOR_FORCE are heard, too");
  // Who is root only to look has the names without it.
  if (argv[2] === COMPLETE && argv[1] !== READER)
    return (await import("./complete.ts")).complete(program, argv.slice(3));
  arrangeHelp(program);
  for (const command of withItsOwn(program)) {
    command.exitOverride().configureOutput({ outputError: (text) => complain(text.trim()) });
  }
  let group: string | undefined;
  program.hook("preAction", async (_, command) => {
    // startReader alone puts it where node puts the path of a script.
    const isReader = argv[1] === READER;
    // Root itself does not even load it.
    if (process.geteuid?.() === 0 && !isReader) return;
    const { readWithoutRoot, refuseMoreThanReading } = await import("./as-reader.ts");
    if (isReader) refuseMoreThanReading(program, command);
    else group = await readWithoutRoot(program, command, argv.slice(2));
  });
  try {
    await stoppableWhileLooking(program, () => program.parseAsync([...argv]));
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === EXIT.done) return;
      tellPrograms(argv, error);
      process.exitCode = EXIT.usage;
      return;
    }
    const said = error instanceof NeedsRoot && error.hint === undefined ? withSudo(error, program, argv, group) : error;
    tellPrograms(argv, said);
    printError(said, argv.includes("--verbose"));
    // Not exitCode: a command that still runs for the failed one must not keep us here.
    process.exit(error instanceof UserError ? error.exitCode : EXIT.failed);
  }
}

/** On standard output; people have it on the other one as well, where logs look for it. What is behind "--" is not for us. */
function tellPrograms(argv: readonly string[], error: unknown): void {
  const ours = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  if (ours.includes("--json")) printJson(errorAsJson(error));
}

/** What to type: the same, as root. `group`: its members need not. */
function withSudo(error: NeedsRoot, program: Command, argv: readonly string[], group: string | undefined): UserError {
  const typed = printCommand({ argv: ["sudo", program.name(), ...argv.slice(2)] });
  return new NeedsRoot(error.message, group === undefined ? typed : `${typed}, or become a member of ${group}`);
}

function withItsOwn(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withItsOwn)];
}

/** `svc list | head -1`: who reads no further has seen enough, and a run that is under way goes on. EIO: a terminal that is gone. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
}
