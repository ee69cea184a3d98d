/** The commands of `install-quadlets`; each handler is loaded only when it runs. */
import { Command } from "commander";
import type { InstallOptions } from "./install.ts";
import { version } from "./package.ts";
import type { RenderOptions } from "./render.ts";
import { run } from "./run.ts";

const EXAMPLES = `
Examples:
  sudo install-quadlets                 show the plan, ask, apply, verify
  sudo install-quadlets --dry-run       show the plan only; exit code 2 if something would change
  sudo install-quadlets --yes           do not ask
  install-quadlets render ./out         write what this site renders to, touch nothing else
  install-quadlets check stack.yaml     find every fault of a configuration

Exit codes: 0 done or nothing to do, 1 an error, 2 changes pending.
Configuration: /etc/install-quadlets/stack.yaml on top of the built-in one.`;

export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("install-quadlets")
    .description("Installs and keeps a private LLM service: rootless Podman quadlets on one host of a tailnet.")
    .version(version(), "-V, --version")
    .addHelpText("after", EXAMPLES)
    .allowExcessArguments(false);
  common(program)
    .option("-y, --yes", "apply without asking")
    .option("--dry-run", "show the plan and stop; exit code 2 if anything would change")
    .action(async (options: InstallOptions) => (await import("./install.ts")).install(options));
  common(program.command("plan").description("the same as --dry-run")).action(async (_, command: Command) =>
    (await import("./install.ts")).install({ ...command.optsWithGlobals<InstallOptions>(), dryRun: true }),
  );
  common(program.command("apply").description("the same as install-quadlets without a command"))
    .option("-y, --yes", "apply without asking")
    .action(async (_, command: Command) =>
      (await import("./install.ts")).install(command.optsWithGlobals<InstallOptions>()),
    );
  common(program.command("verify").description("exit code 2 if the host is not as configured")).action(
    async (_, command: Command) =>
      (await import("./install.ts")).install({ ...command.optsWithGlobals<InstallOptions>(), dryRun: true }),
  );
  program
    .command("render <directory>")
    .description("write the units and files of a sample host into a directory")
    .option("--config <file>", "stack file instead of /etc/install-quadlets/stack.yaml")
    .option("--built-in", "the configuration of the package only, without this site's")
    .option("--podman <version>", "for that podman")
    .action(async (directory: string, _, command: Command) =>
      (await import("./render.ts")).render(directory, command.optsWithGlobals<RenderOptions>()),
    );
  program
    .command("check [stack-file]")
    .description("find every fault of the configuration; needs no root and changes nothing")
    .action(async (file: string | undefined) => (await import("./check.ts")).check(file));
  await run(program, argv);
}

function common(command: Command): Command {
  return command
    .option("--config <file>", "stack file instead of /etc/install-quadlets/stack.yaml")
    .option("--json", "print the plan as JSON")
    .option("--verbose", "print stack traces with errors");
}
