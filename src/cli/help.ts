/** `help`: of a command, or about what all commands share. */
import type { Command } from "commander";
import { exitCodesText } from "./exit-codes.ts";
import { print } from "./output.ts";

export const TOPIC = "exit-codes";

/** In place of commander's own, which knows no topics. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command("help [words...]")
    .description(`help for a command, or ${TOPIC}`)
    .action((words: readonly string[]) => {
      if (words.join(" ") === TOPIC) return print(exitCodesText());
      let command = program;
      for (const word of words) {
        const next = command.commands.find((one) => one.name() === word);
        if (next === undefined) return command.error(`error: unknown command '${words.join(" ")}'`);
        command = next;
      }
      command.outputHelp();
    });
}
