/** `completion`: what makes a shell ask the program itself at each tab, so that no shell knows a word of its own. */
import type { Command } from "commander";
import { userError } from "../model/diagnostic.ts";
import { print } from "./output.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;

/** No command of help: what a shell asks, followed by all words that stand there. */
export const COMPLETE = "__complete";
/** Answered in place of words: here the shell offers files. */
export const FILES = ":files";

export function addCompletion(program: Command): void {
  const name = program.name();
  program
    .command("completion <shell>")
    .description(`completion for bash, zsh or fish, to be sourced: source <(${name} completion bash)`)
    .action((shell: string) => print(script(name, shell)));
}

function script(program: string, shell: string): string {
  const name = program.replaceAll("-", "_");
  switch (shell) {
    case "bash":
      return `_${name}() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      ${FILES}) compopt -o default 2>/dev/null ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(${program} ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _${name} ${program}`;
    case "zsh":
      return `#compdef ${program}
_${name}() {
  local line
  local -a found shown
  for line in "\${(@f)$(${program} ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      "") ;;
      ${FILES}) _files; return ;;
      *$'\\t') found+=("\${line%%$'\\t'*}"); shown+=("\${line%%$'\\t'*}") ;;
      *) found+=("\${line%%$'\\t'*}"); shown+=("\${(r:20:)line%%$'\\t'*} -- \${line#*$'\\t'}") ;;
    esac
  done
  (( $#found )) && compadd -l -d shown -- "$found[@]"
}
compdef _${name} ${program}`;
    case "fish":
      return `function __${name}_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in (${program} ${COMPLETE} $words[2..-1] "$current" 2>/dev/null)
    if test "$line" = ${FILES}
      __fish_complete_path "$current"
    else
      echo $line
    end
  end
end
complete -c ${program} -f -a "(__${name}_complete)"`;
    default:
      throw userError(
        "bad-value",
        `no completion for ${shell}`,
        `${SHELLS.join(", ").replace(/, ([^,]*)$/, " and $1")} are known`,
      );
  }
}
