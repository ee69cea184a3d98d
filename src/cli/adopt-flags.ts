/** `install-quadlets adopt` as a command: its flags and its help, apart from what it does. */
import type { Command } from "commander";
import { USUAL_PODMAN } from "../model/podman-version.ts";

export interface AdoptOptions {
  readonly name: string;
  readonly podman?: string;
  readonly yes?: boolean;
  readonly print?: boolean;
}

const HELP = `
The files are copied as they are, but for lines that cannot stay: ports without an address are bound to loopback, and secrets get
the name of the service in front. It says which, what else will be different, and what to do with the units that run now.
What check calls an error is refused, and so is what nobody could know of (Network=host and the like). Nothing is written over.
Exit codes: 0 written, 1 an error.`;

export function adoptFlags(command: Command): Command {
  return command
    .description(
      "make a service of quadlets that are there: writes /etc/install-quadlets/services/NAME.yaml; starts nothing",
    )
    .requiredOption("--name <service>", "what the service is called")
    .option(
      "--podman <version>",
      `the podman that they are for (this host's; where there is none ${USUAL_PODMAN}, which Debian 13 has)`,
    )
    .option("-y, --yes", "write without asking")
    .option("--print", "show it, and write nothing")
    .addHelpText("after", HELP);
}
