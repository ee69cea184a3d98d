/** The flags of backup and restore, which opik-manage shares. */
import type { Command } from "commander";

const BACKUP_HELP = `
What writes stops meanwhile and runs again afterwards, also when something fails. The file is read back before it gets its name.
It holds passwords and keys of the service: it is root's alone, and with --encrypt-to nobody's without the key.`;

const RESTORE_HELP = `
The whole file is checked before anything stops. What was there comes back when anything fails.
On another host: install there first, with the same stack.yaml.`;

export function backupFlags(command: Command): Command {
  return command
    .option("--to <directory>", "instead of /var/lib/install-quadlets/backups")
    .option("--keep <count>", "remove all but the newest of each service there")
    .option("--encrypt-to <recipient>", "encrypt with age to this public key; may be there several times", collect, [])
    .option("--json", "print what was made as JSON")
    .addHelpText("after", BACKUP_HELP);
}

export function restoreFlags(command: Command): Command {
  return command
    .description("put the data of a backup back; asks first")
    .option("--identity <file>", "the key of age, for one that is encrypted")
    .option("-y, --yes", "without asking")
    .addHelpText("after", RESTORE_HELP);
}

/** Not a list behind one flag: it would swallow the names of services. */
function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
