/** `install-quadlets completion`: its commands, their own, and the names of services where they belong. */
import type { Command } from "commander";
import { completionOf, SHELLS, type Tree } from "./completion-tree.ts";
import { TOPICS } from "./help.ts";
import { print } from "./output.ts";

export function addCompletion(program: Command): void {
  program
    .command("completion <shell>")
    .description("completion for bash, zsh or fish, to be sourced: source <(install-quadlets completion bash)")
    .action((shell: string) => print(completionOf(program.name(), shell, treeOf(program))));
}

/** Names are asked of svc when the tab key is pressed; all else is known now. */
function treeOf(program: Command): Tree {
  const names = ({ commands }: Command) => commands.map((command) => command.name());
  return {
    ...Object.fromEntries(program.commands.map((command) => [command.name(), names(command)])),
    backup: "services",
    completion: SHELLS,
    help: [...names(program), ...TOPICS],
  };
}
