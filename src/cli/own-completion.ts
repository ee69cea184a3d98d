/** `completion`: a program's commands, their own, and the names of services where they belong. */
import type { Command } from "commander";
import { completionOf, SHELLS, type Tree } from "./completion-tree.ts";
import { print } from "./output.ts";

/** `more` is what the commands do not tell by themselves. */
export function addCompletion(program: Command, more: () => Tree = () => ({})): void {
  const name = program.name();
  program
    .command("completion <shell>")
    .description(`completion for bash, zsh or fish, to be sourced: source <(${name} completion bash)`)
    .action((shell: string) => print(completionOf(name, shell, { ...treeOf(program), completion: SHELLS, ...more() })));
}

/** Commands that stand behind one, or services where it takes one. Names are asked of svc when the tab key is pressed. */
function treeOf(program: Command): Tree {
  const next = (command: Command): Tree[string] => {
    if (command.commands.length > 0) return namesOf(command);
    const [first] = command.registeredArguments;
    return ["service", "name", "words"].includes(first?.name() ?? "") ? "services" : [];
  };
  return Object.fromEntries(program.commands.map((command) => [command.name(), next(command)]));
}

export function namesOf({ commands }: Command): readonly string[] {
  return commands.map((command) => command.name());
}
