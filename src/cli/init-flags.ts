/** `install-quadlets init` as a command: its flags and its help, apart from what it does. */
import type { Command } from "commander";

export interface InitOptions {
  readonly listen?: string;
  readonly domain?: string;
  readonly model?: string;
  readonly tailnetName?: boolean;
  readonly services?: string;
  readonly yes?: boolean;
  readonly to?: string;
  readonly print?: boolean;
  readonly json?: boolean;
}

const HELP = `
It looks at addresses, Tailscale, GPUs, memory and disk, and asks no network. A model is proposed by the sum of "fit".
Each question has a flag, and with its flag it is not asked. Without a terminal, and with --yes, nothing is asked: what has a default
that is safe for everybody takes that, and what has none is an error that names the flag.
A file that is there already is never written over. Exit codes: 0 written, 1 an error.`;

export function initFlags(command: Command): Command {
  return command
    .description("write a commented stack.yaml for this host; changes nothing else")
    .option("--listen <address>", "address of this host that services answer on; auto is Tailscale's")
    .option("--domain <name>", "zone in which services get their names")
    .option("--model <name>", "model on Hugging Face, or none")
    .option("--tailnet-name", "this host's name in the tailnet leads to Open WebUI; the name gets published")
    .option("--no-tailnet-name", "without that name")
    .option("--services <list>", "what else: opik, gateway, ollama, with commas; or none")
    .option("-y, --yes", "ask nothing")
    .option("--to <file>", "another file than /etc/install-quadlets/stack.yaml; must not be there yet")
    .option("--print", "print it, and write nothing")
    .option("--json", "print what was found, decided and written as JSON")
    .addHelpText("after", HELP);
}
