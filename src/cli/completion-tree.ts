/** Completion for a program of commands and their own commands, in three shells; names of services come from `svc names`. */
import { userError } from "../model/diagnostic.ts";

/** Its commands, each with what may stand behind it: words, or "services". */
export type Tree = Readonly<Record<string, readonly string[] | "services">>;

export const SHELLS = ["bash", "zsh", "fish"] as const;

export function completionOf(program: string, shell: string, tree: Tree): string {
  const words = Object.keys(tree).join(" ");
  const name = program.replaceAll("-", "_");
  const behind = Object.entries(tree).filter(([, next]) => next === "services" || next.length > 0);
  const services = "$(svc names 2>/dev/null)";
  const wordsOf = (next: Tree[string]) => (next === "services" ? services : next.join(" "));
  switch (shell) {
    case "bash":
      return `_${name}() {
  local words="${words}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    words=""
    if [ "$COMP_CWORD" -eq 2 ]; then
      case "\${COMP_WORDS[1]}" in
${behind.map(([word, next]) => `        ${word}) words="${wordsOf(next)}" ;;`).join("\n")}
      esac
    fi
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _${name} ${program}`;
    case "zsh":
      return `#compdef ${program}
_${name}() {
  if (( CURRENT == 2 )); then compadd ${words}
  elif (( CURRENT == 3 )); then
    case $words[2] in
${behind.map(([word, next]) => `      ${word}) compadd -- ${next === "services" ? `\${(f)"${services}"}` : next.join(" ")} ;;`).join("\n")}
    esac
  fi
}
compdef _${name} ${program}`;
    case "fish":
      return [
        `complete -c ${program} -f`,
        `complete -c ${program} -n __fish_use_subcommand -a "${words}"`,
        ...behind.map(
          ([word, next]) =>
            `complete -c ${program} -n "__fish_seen_subcommand_from ${word}; and test (count (commandline -opc)) -eq 2" -a "${next === "services" ? "(svc names 2>/dev/null)" : next.join(" ")}"`,
        ),
      ].join("\n");
    default:
      throw userError(
        "bad-value",
        `no completion for ${shell}`,
        `${SHELLS.join(", ").replace(/, ([^,]*)$/, " and $1")} are known`,
      );
  }
}
