/** `install-quadlets eject` as a command: its flags and its help, apart from what it does. */
import type { Command } from "commander";

export interface EjectOptions {
  readonly config?: string;
}

const HELP = `
root/ has the files at the paths that they have on the host, to the byte; setup.sh puts them on another host: accounts, directories,
files, images, units; README.md says how to go on by hand, and which secrets to set. No value of a secret is in any of them.
Nothing on this host is changed. Exit codes: 0 written, 1 an error.`;

export function ejectFlags(command: Command): Command {
  return command
    .description(
      "write the present stack as plain quadlets and a script, to go on without this program; needs root, changes nothing",
    )
    .option("--config <file>", "stack file instead of /etc/install-quadlets/stack.yaml")
    .addHelpText("after", HELP);
}
