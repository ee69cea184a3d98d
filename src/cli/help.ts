/** `help`: of a command, or about what all commands share. */
import type { Command } from "commander";
import { exitCodesText } from "./exit-codes.ts";
import { print } from "./output.ts";

export const TOPICS = ["exit-codes", "errors"] as const;

/** In place of commander's own, which knows no topics. */
export function addHelp(program: Command): void {
  program
    .helpCommand(false)
    .command("help [topics...]")
    .description(`help for a command, for an error by its code, or ${TOPICS.join(" or ")}`)
    .action(async (words: readonly string[]) => {
      const [topic = "", code = topic] = words;
      if (words.join(" ") === TOPICS[0]) return print(exitCodesText());
      if (words.length === 1 || topic === TOPICS[1]) {
        const { errorsText, errorText } = await import("./error-pages.ts");
        const { isErrorCode } = await import("../model/error-kinds.ts");
        if (words.join(" ") === TOPICS[1]) return print(errorsText());
        if (isErrorCode(code) && words.length < 3) return print(errorText(code));
      }
      let command = program;
      for (const word of words) {
        const next = command.commands.find((one) => one.name() === word);
        if (next === undefined) return command.error(`error: unknown command '${words.join(" ")}'`);
        command = next;
      }
      command.outputHelp();
    });
}
