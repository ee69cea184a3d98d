/** The commands about backups: their words and flags, without what they load. */
import type { Command } from "commander";
import type { BackupOptions, ListOptions, RestoreOptions } from "./backup.ts";

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

export function addBackupCommands(program: Command): void {
  backupFlags(program.command("backup [names...]"))
    .description("take the data of services, one file each; without a name of all that have data")
    .action(async (names: readonly string[], _, command: Command) =>
      (await import("./backup.ts")).backup(names, command.optsWithGlobals<BackupOptions>()),
    );
  restoreFlags(program.command("restore <file>")).action(async (file: string, _, command: Command) =>
    (await import("./backup.ts")).restore(file, command.optsWithGlobals<RestoreOptions>()),
  );
  program
    .command("backups")
    .description("which there are: time, size, versions, and whether they are whole")
    .option("--from <directory>", "instead of /var/lib/install-quadlets/backups")
    .option("--verify", "read each to its end and compare checksums")
    .option("--json", "as JSON")
    .action(async (_, command: Command) =>
      (await import("./backup.ts")).backups(command.optsWithGlobals<ListOptions>()),
    );
}

/** Not a list behind one flag: it would swallow the names of services. */
function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
