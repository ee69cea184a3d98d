/** The flags of `update`, which `svc update` and `opik-manage upgrade` hand on. */
import type { Command } from "commander";

export function updateFlags(command: Command): Command {
  return command
    .option("-y, --yes", "without asking")
    .option("--no-snapshot", "start them on the data as they are, without a copy to go back to");
}
