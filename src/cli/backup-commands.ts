/** The commands about backups, without what they load. */
import type { Command } from "commander";
import type { BackupOptions, ListOptions, RestoreOptions } from "./backup.ts";
import { backupFlags, restoreFlags } from "./backup-flags.ts";

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
    .option(
      "--from <directory>",
      "only this folder; without it /var/lib/install-quadlets/backups and the one of stack.yaml",
    )
    .option("--verify", "read each to its end and compare checksums")
    .option("--json", "as JSON")
    .action(async (_, command: Command) =>
      (await import("./backup.ts")).backups(command.optsWithGlobals<ListOptions>()),
    );
}
