/** Completion of verbs and names for the shells; names come from `svc names`, which needs root like everything of svc. */
import { allNames, readIndex } from "../apps/service-index.ts";
import { userError } from "../model/diagnostic.ts";
import { makeSystem } from "../system/real.ts";
import { print } from "./output.ts";

export async function names(): Promise<void> {
  print(allNames(await readIndex(makeSystem())).join("\n"));
}

/** Put into ~/.bashrc as: source <(svc completion bash) */
export function completion(shell: string, verbs: readonly string[]): void {
  print(script(shell, verbs.join(" ")));
}

/** These take several names; the others take one, and what follows is not ours. */
const SEVERAL = ["start", "stop", "restart", "logs"];
const SHELLS = "bash zsh fish";

function script(shell: string, words: string): string {
  switch (shell) {
    case "bash":
      return `_svc() {
  local words="${words}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]} $COMP_CWORD" in
      "completion 2") words="${SHELLS}" ;;
      *" 2"|${SEVERAL.map((verb) => `"${verb} "*`).join("|")}) words=$(svc names 2>/dev/null) ;;
      *) words="" ;;
    esac
  fi
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -F _svc svc`;
    case "zsh":
      return `#compdef svc
_svc() {
  if (( CURRENT == 2 )); then compadd ${words}
  elif [[ $words[2] == completion ]]; then compadd ${SHELLS}
  elif (( CURRENT == 3 )) || [[ $words[2] == (${SEVERAL.join("|")}) ]]; then compadd -- \${(f)"$(svc names 2>/dev/null)"}; fi
}
compdef _svc svc`;
    case "fish":
      return `complete -c svc -f
complete -c svc -n __fish_use_subcommand -a "${words}"
complete -c svc -n "__fish_seen_subcommand_from completion" -a "${SHELLS}"
complete -c svc -n "not __fish_use_subcommand; and not __fish_seen_subcommand_from completion; and begin; __fish_seen_subcommand_from ${SEVERAL.join(" ")}; or test (count (commandline -opc)) -eq 2; end" -a "(svc names 2>/dev/null)"`;
    default:
      throw userError("bad-value", `no completion for ${shell}`, "bash, zsh and fish are known");
  }
}
