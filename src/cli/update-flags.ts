/** The flags of `update` and `reinstall`, which `svc update`, `opik-manage upgrade` and `opik-manage reinstall` hand on. */
import type { Command } from "commander";

export function updateFlags(command: Command): Command {
  return command
    .option("-y, --yes", "without asking")
    .option("--no-snapshot", "start them on the data as they are, without a copy to go back to");
}

export function reinstallFlags(command: Command): Command {
  return command
    .option("-y, --yes", "without asking")
    .option("--dry-run", "show the plan and stop; exit code 2 if anything would change");
}
