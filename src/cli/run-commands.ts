/** The commands around a run: what would be done, doing it, and whether it still is as it was done. */
import type { Command } from "commander";
import type { InstallOptions, PlanOptions } from "./install.ts";
import { reinstallFlags, updateFlags } from "./update-flags.ts";

export function addRunCommands(program: Command): void {
  common(program.command("plan").description("show what would be done; exit code 2 if anything would"))
    .option("--out <file>", "keep the plan in a file, for apply")
    .action(async (_, command: Command) => (await import("./install.ts")).plan(command.optsWithGlobals<PlanOptions>()));
  changing(
    common(
      program
        .command("apply [plan]")
        .description(
          "the same as install-quadlets without a command; with a file of plan --out exactly that, without asking",
        ),
    ),
  ).action(async (file: string | undefined, _, command: Command) =>
    (await import("./install.ts")).apply(file, command.optsWithGlobals<InstallOptions>()),
  );
  updateFlags(program.command("update [names...]"))
    .description("fetch what registries have now under the same names, run it, and go back where that is not well")
    .option("--verbose", "print seconds with progress, diffs of any length, and stack traces with errors")
    .action(async (names: readonly string[], _, command: Command) =>
      (await import("./update.ts")).update(names, command.optsWithGlobals<InstallOptions>()),
    );
  reinstallFlags(program.command("reinstall <names...>"))
    .description("put back what differs, and make its containers anew on the data and secrets that are there")
    .option("--verbose", "print seconds with progress, diffs of any length, and stack traces with errors")
    .action(async (names: readonly string[], _, command: Command) =>
      (await import("./install.ts")).install(
        command.optsWithGlobals<InstallOptions>(),
        ["reinstall", ...names].join(" "),
        { remade: names },
      ),
    );
  common(
    program.command("verify").description("what on this host is not as it was applied; exit code 2 if anything"),
  ).action(async (_, command: Command) =>
    (await import("./verify.ts")).verify(command.optsWithGlobals<InstallOptions>()),
  );
}

export function common(command: Command): Command {
  return command
    .option("--config <file>", "stack file instead of /etc/install-quadlets/stack.yaml")
    .option("--json", "print the plan as JSON")
    .option("--verbose", "print seconds with progress, diffs of any length, and stack traces with errors");
}

/** Of what carries out a plan. */
export function changing(command: Command): Command {
  return command
    .option("-y, --yes", "apply without asking")
    .option("--keep-going", "when a step fails, leave what was done instead of taking it back")
    .option("--no-snapshot", "start other images on the data as they are, without a copy to go back to")
    .option(
      "--anew <service>",
      "begin it anew, though its data, or the secret that they were made with, are gone; several times for several",
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .option(
      "--new-authority",
      "make one that no client trusts yet, where the one that they trust is lost; not asked for by name then",
    )
    .option("--no-packages", "install no packages of the distribution: what is missing is an error then")
    .option("--no-token", "do not ask the models for a token, neither at the end nor before a second instance serves");
}
