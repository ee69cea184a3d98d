/** The command that installs what is missing, to paste. */
import { installPackages, reinstallPackages } from "../commands/packages.ts";
import type { Command } from "../model/command.ts";
import type { OsFact } from "../model/os.ts";
import { packagesOf } from "../model/packages.ts";
import { printCommand } from "../model/print-command.ts";

/** Undefined on a distribution that we do not know. */
export function installCommand({ family }: OsFact, needs: readonly string[]): string | undefined {
  return family === undefined ? undefined : asRoot(installPackages(family, packagesOf(family, needs)));
}

/** For what is installed and damaged. */
export function reinstallCommand({ family }: OsFact, needs: readonly string[]): string | undefined {
  return family === undefined ? undefined : asRoot(reinstallPackages(family, packagesOf(family, needs)));
}

/** For a hint where no command can be given. */
export function packagesText({ family }: OsFact, needs: readonly string[]): string {
  return `install the packages of your distribution that bring ${packagesOf(family, needs).join(", ")}`;
}

function asRoot({ argv }: Pick<Command, "argv">): string {
  return printCommand({ argv: ["sudo", ...argv] });
}
