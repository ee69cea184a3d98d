/** The commands of `svc`: every unit of every service user, by its plain name. */
import { Command, Option } from "commander";
import type { Verb } from "../apps/control.ts";
import { addCompletion } from "./completion.ts";
import { version } from "./package.ts";
import { run } from "./run.ts";
import { updateFlags } from "./update-flags.ts";

const NOTES = `
NAME is a service (opik) or one unit of it (opik-mysql).`;

export async function main(argv: readonly string[]): Promise<void> {
  await run(makeProgram(), argv);
}

export function makeProgram(): Command {
  const program = new Command("svc")
    .description("Looks after the services that install-quadlets installed.")
    .version(version(), "-V, --version")
    .option("--verbose", "print stack traces with errors")
    .addHelpText("after", NOTES);
  program
    .command("list")
    .description("every service and whether it runs")
    .option("-a, --all", "every unit, not just one line per service")
    .option("--json", "as JSON")
    .action(async (options) => (await import("./svc-list.ts")).list(options));
  program
    .command("status [name]")
    .description("how it is, why, and what to do, of one or of all; exit code 0 only if healthy")
    .option("--json", "as JSON")
    .option("-w, --watch", "go on looking")
    .addOption(
      new Option("--ask", "ask each for what it is there for, too: tokens, routes, names, a trace").conflicts("watch"),
    )
    .action(async (name: string | undefined, options) => (await import("./svc-status.ts")).status(name, options));
  program
    .command("top [name]")
    .description(
      "what each service uses: processor, memory, storage, graphics cards; with a name, each unit of that one",
    )
    .option("--once", "once, and not again and again")
    .option("--json", "once, as JSON")
    .action(async (name: string | undefined, options) => (await import("./svc-top.ts")).top(name, options));
  program
    .command("dash")
    .description("all of it in one screen: services, cards, models, alerts, log; keys look closer, and restart")
    .action(async () => (await import("./svc-dash.ts")).dash());
  program
    .command("alerts")
    .description("what is wrong right now, by the rules that are watched; exit code 0 only if nothing is")
    .option("--json", "as JSON")
    .action(async (options) => (await import("./svc-alerts.ts")).alerts(options));
  for (const verb of ["start", "stop", "restart"] as const satisfies readonly Verb[]) {
    const command = program
      .command(`${verb} <name...>`)
      .description(verb === "stop" ? "stop it until the next boot" : `${verb} it and wait until it is healthy`)
      .action(async (names: readonly string[], options) =>
        (await import("./svc-control.ts")).controlNames(verb, names, options),
      );
    if (verb === "start") command.option("--swap", "stop who has its turn first; that one runs again if this fails");
  }
  program
    .command("reload <name>")
    .description("let it take over its changed files while it runs, where it can")
    .action(async (name: string) => (await import("./svc-control.ts")).reload(name));
  program
    .command("logs [names...]")
    .description("what services and units wrote, merged; without a name all of them")
    .option("-f, --follow", "wait for more")
    .option("-n, --lines <count>", "that many lines; 100 where --since is not there")
    .option("--since <time>", "as journalctl reads it: -1h, today, 2026-11-21 10:00")
    .option("-a, --all", "podman's events and what only health checks cause, too")
    .action(async (names: readonly string[], options) => (await import("./svc-logs.ts")).logs(names, options));
  program
    .command("exec <name> <command...>")
    .usage("NAME -- COMMAND...")
    .description("run a command in its container")
    .action(async (name: string, argv: readonly string[]) => (await import("./svc-exec.ts")).exec(name, argv));
  program
    .command("shell <name>")
    .description("a shell in its container")
    .action(async (name: string) => (await import("./svc-exec.ts")).shell(name));
  program
    .command("open <name>")
    .description("its address, opened in your browser where you sit at this host")
    .action(async (name: string) => (await import("./svc-open.ts")).open(name));
  program
    .command("where <name>")
    .description("where its data, configuration, unit files, images, backups and ports are")
    .option("--json", "as JSON")
    .action(async (name: string, options) => (await import("./svc-where.ts")).where(name, options));
  program
    .command("versions [name]")
    .description("the image of every container: configured, there, running")
    .option("--json", "as JSON")
    .action(async (name: string | undefined, options) => (await import("./svc-versions.ts")).versions(name, options));
  program
    .command("pull <name>")
    .description("fetch what registries have now under the names of its images, and let it wait for svc update")
    .action(async (name: string) => (await import("./svc-pull.ts")).pull(name));
  updateFlags(program.command("update [names...]"))
    .description("fetch what registries have now under the same names, run it, and go back where that is not well")
    .action(async (names: readonly string[], _, command: Command) =>
      (await import("./hand-on.ts")).handOn(["update"], command, names),
    );
  program
    .command("client")
    .description("how to set up a client: the commands, and the fingerprint that they pin")
    .option("--json", "as JSON")
    .action(async (options) => (await import("./svc-client.ts")).client(options));
  addCompletion(program);
  return program;
}
