/** The commands of `install-quadlets`; each handler is loaded only when it runs. */
import { Command } from "commander";
import { USUAL_PODMAN } from "../model/podman-version.ts";
import { type AdoptOptions, adoptFlags } from "./adopt-flags.ts";
import { addBackupCommands } from "./backup-commands.ts";
import { addCompletion } from "./completion.ts";
import { type DoctorOptions, doctorFlags } from "./doctor-flags.ts";
import { type EjectOptions, ejectFlags } from "./eject-flags.ts";
import { type FitOptions, fitFlags } from "./fit-flags.ts";
import { addHelp } from "./help.ts";
import { type InitOptions, initFlags } from "./init-flags.ts";
import type { InstallOptions } from "./install.ts";
import { version } from "./package.ts";
import type { RenderOptions } from "./render.ts";
import { run } from "./run.ts";
import { addRunCommands, changing, common } from "./run-commands.ts";
import { secretsProgram } from "./secrets-program.ts";

const NOTES = `
Exit codes: 0 done or nothing to do, 1 an error, 2 changes pending; all of them: install-quadlets help exit-codes
An error ends its first line with its code, as [locked]: install-quadlets help locked says more.
Configuration: /etc/install-quadlets/stack.yaml on top of the built-in one.`;

const CHECK_HELP = `
error: the unit is lost, does not start, or runs something else; warning: it works, but not as written; hint: good to know.
Exit codes: 0 no errors, 1 errors (with --strict warnings, too) or something that could not be read.
Every rule is explained in docs/rules.md.`;

export async function main(argv: readonly string[]): Promise<void> {
  await run(makeProgram(), argv);
}

export function makeProgram(): Command {
  const program = new Command("install-quadlets")
    .description("Installs and keeps a private LLM service: rootless Podman quadlets on one host of a tailnet.")
    .version(version(), "-V, --version")
    .addHelpText("after", NOTES)
    .allowExcessArguments(false);
  changing(common(program))
    .option("--dry-run", "show the plan and stop; exit code 2 if anything would change")
    .action(async (options: InstallOptions) => {
      const [unknown] = program.args;
      if (unknown !== undefined)
        program.error(`error: unknown command '${unknown}' (install-quadlets --help lists them)`);
      await (await import("./install.ts")).install(options);
    });
  addRunCommands(program);
  program
    .command("render <directory>")
    .description("write the units and files of a sample host into a directory")
    .option("--config <file>", "stack file instead of /etc/install-quadlets/stack.yaml")
    .option("--built-in", "the configuration of the package only, without this site's")
    .option("--podman <version>", "for that podman")
    .action(async (directory: string, _, command: Command) =>
      (await import("./render.ts")).render(directory, command.optsWithGlobals<RenderOptions>()),
    );
  const ca = program.command("ca").description("the authority that clients trust");
  ca.command("show")
    .description("fingerprints and days of expiry")
    .option("--json", "as JSON")
    .action(async (_, command: Command) => (await import("./ca.ts")).caShow(command.optsWithGlobals()));
  common(ca.command("rotate").description("make the next authority, which clients trust beside this one at first"))
    .option("--finish", "let it take over: clients that never saw it must be set up again")
    .option("--dry-run", "show the plan and stop; exit code 2 if anything would change")
    .option("-y, --yes", "without asking")
    .action(async (_, command: Command) =>
      (await import("./ca.ts")).caRotate(command.optsWithGlobals<InstallOptions & { finish?: boolean }>()),
    );
  program
    .command("renew")
    .description("renew the certificate if it is due, and nothing else; a timer runs this every day")
    .action(async () => (await import("./renew.ts")).renew());
  program
    .command("idle")
    .description("stop what nobody has used for as long as stack.yaml says; a timer runs this every other minute")
    .action(async () => (await import("./idle.ts")).idle());
  program
    .command("metrics")
    .description(
      "write what only root sees of host and units, for Prometheus and the portal; a timer runs this every minute",
    )
    .action(async () => (await import("./metrics.ts")).main());
  program
    .command("history")
    .description("the runs that changed something: who, when, what, result")
    .option("--json", "as JSON")
    .action(async (_, command: Command) => (await import("./history.ts")).history(command.optsWithGlobals()));
  program
    .command("diff <run> <run>")
    .description("what two runs rendered, compared")
    .action(async (from: string, to: string) => (await import("./history.ts")).diff(from, to));
  program
    .command("rollback [run]")
    .description("take back the last run, or every run after the given one (0: all)")
    .option("-y, --yes", "without asking")
    .action(async (target: string | undefined, _, command: Command) =>
      (await import("./rollback.ts")).rollback(target, command.optsWithGlobals()),
    );
  addBackupCommands(program);
  secretsProgram(program, common);
  program
    .command("ports [port]")
    .description("who is to answer at which port, and who listens there now; needs no root")
    .option("--config <file>", "stack file instead of /etc/install-quadlets/stack.yaml")
    .option("--json", "as JSON")
    .action(async (port: string | undefined, _, command: Command) =>
      (await import("./ports.ts")).ports(port, command.optsWithGlobals()),
    );
  program
    .command("uninstall")
    .description("remove what was installed; data, users and images stay")
    .option("--purge-images", "images, too")
    .option("--purge", "everything, with all data and users; asks for the name of this host")
    .option("--dry-run", "show what would go and stop; exit code 2 if anything would")
    .option("-y, --yes", "without asking")
    .option("--yes-delete-data", "with --purge: without asking")
    .option("--json", "print the plan as JSON")
    .action(async (_, command: Command) => (await import("./uninstall.ts")).uninstall(command.optsWithGlobals()));
  program
    .command("check [files...]")
    .description("find every fault of a stack file, or of quadlets and folders of them; needs no root")
    .option(
      "--podman <version>",
      `the podman that quadlets are for (this host's; where there is none ${USUAL_PODMAN}, which Debian 13 has)`,
    )
    .option("--rootful", "they are for the system's manager, and not for that of a user")
    .option("--strict", "exit code 1 for warnings, too")
    .option("--critical", "the configuration only: no look at the ports and the generated files of this host")
    .option(
      "--fix",
      "write the mechanical repairs into the files, and show them as a diff; without it nothing is written",
    )
    .option("--json", "print the findings as JSON")
    .option("--sarif", "print the findings as SARIF 2.1.0, for code forges")
    .addHelpText("after", CHECK_HELP)
    .action(async (files: readonly string[], _, command: Command) =>
      (await import("./check.ts")).check(files, command.optsWithGlobals()),
    );
  adoptFlags(program.command("adopt <files...>")).action(async (files: readonly string[], _, command: Command) =>
    (await import("./adopt.ts")).adopt(files, command.optsWithGlobals<AdoptOptions>()),
  );
  ejectFlags(program.command("eject <directory>")).action(async (directory: string, _, command: Command) =>
    (await import("./eject.ts")).eject(directory, command.optsWithGlobals<EjectOptions>()),
  );
  initFlags(program.command("init")).action(async (_, command: Command) =>
    (await import("./init.ts")).init(command.optsWithGlobals<InitOptions>()),
  );
  doctorFlags(program.command("doctor [groups...]")).action(async (groups: readonly string[], _, command: Command) =>
    (await import("./doctor.ts")).doctor(groups, command.optsWithGlobals<DoctorOptions>()),
  );
  fitFlags(program.command("fit [model]")).action(async (name: string | undefined, _, command: Command) =>
    (await import("./fit.ts")).fitCommand(name, command.optsWithGlobals<FitOptions>()),
  );
  addCompletion(program);
  addHelp(program);
  // Not inherited: a command that there is not arrives as an argument of the one that needs no name, which says so.
  program.allowExcessArguments(true);
  return program;
}
