/** What opik-manage and vllm-manage share: status, logs, restart and health of one app's service. */
import { Command } from "commander";
import { askHealth, readStates } from "../apps/control.ts";
import { findInstance, instancesOf } from "../apps/instance.ts";
import { readIndex } from "../apps/service-index.ts";
import { UserError } from "../model/diagnostic.ts";
import type { IndexedService } from "../model/index-file.ts";
import { nearest } from "../model/nearest.ts";
import { makeSystem } from "../system/real.ts";
import { addAccess } from "./app-access.ts";
import { addCompletion } from "./completion.ts";
import { print, printJson, table } from "./output.ts";
import { version } from "./package.ts";
import { controlNames } from "./svc-control.ts";
import { type LogOptions, logs } from "./svc-logs.ts";
import { type StatusOptions, status } from "./svc-status.ts";

export interface App {
  readonly command: string;
  readonly description: string;
  /** Start of the catalogue entries that the app covers. */
  readonly prefix: string;
}

export async function appProgram(app: App): Promise<Command> {
  const program = new Command(app.command)
    .description(app.description)
    .version(version(), "-V, --version")
    .option("--service <name>", "which one, where there are several")
    .option("--verbose", "print stack traces with errors");
  const instance = async () =>
    findInstance(await readIndex(makeSystem()), app.prefix, program.opts<{ service?: string }>().service);
  /** "mysql" for people who are inside Opik already; "opik-mysql" works as well. */
  const unitName = async (name: string | undefined) => {
    const service = await instance();
    if (name === undefined) return service.name;
    return service.units.find((unit) => unit.name === `${service.name}-${name}`)?.name ?? name;
  };
  program
    .command("status [name]")
    .description("how it is, why, and what to do; exit code 0 only if healthy")
    .option("--json", "as JSON")
    .option("-w, --watch", "go on looking")
    .action(async (name: string | undefined, options: StatusOptions) => status(await unitName(name), options));
  program
    .command("health")
    .description("run every health check now; exit code 1 if one fails")
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) => health(await instance(), options));
  program
    .command("logs [name] [lines]")
    .description("the log")
    .option("-f, --follow", "wait for more")
    .option("--since <time>", "as journalctl reads it")
    .action(async (name: string | undefined, lines: string | undefined, options: LogOptions) =>
      logs([await unitName(name)], { ...options, ...(lines === undefined ? {} : { lines }) }),
    );
  program
    .command("follow [name]")
    .description("the log, and what comes")
    .action(async (name: string | undefined) => logs([await unitName(name)], { follow: true }));
  program
    .command("restart [name]")
    .description("restart it and wait until it is healthy")
    .action(async (name: string | undefined) => controlNames("restart", [await unitName(name)]));
  addCompletion(program);
  const services = await quietlyRead(app.prefix);
  addAccess(program, "services" in services ? services.services : [], instance);
  if ("error" in services) refuseUnknown(program, services.error);
  return program;
}

/** The words of its shells are in the index, which only root can read: help and mistakes must not need it. */
async function quietlyRead(
  prefix: string,
): Promise<{ readonly services: readonly IndexedService[] } | { readonly error: UserError }> {
  try {
    return { services: instancesOf(await readIndex(makeSystem()), prefix) };
  } catch (error) {
    if (error instanceof UserError) return { error };
    throw error;
  }
}

/** A word that is no command may be one that is not known without the index: then the reason is what is said. */
function refuseUnknown(program: Command, error: UserError): void {
  program
    .argument("[command]")
    .allowExcessArguments()
    .allowUnknownOption()
    .action((word: string | undefined) => {
      if (word === undefined) program.help({ error: true });
      const meant = nearest(
        word,
        program.commands.map((command) => command.name()),
      );
      if (meant === undefined) throw error;
      program.error(`error: unknown command '${word}'\n(Did you mean ${meant}?)`);
    });
}

async function health(service: Awaited<ReturnType<typeof findInstance>>, options: { json?: boolean }): Promise<void> {
  const system = makeSystem();
  const answers = await askHealth(system, await readStates(system, [{ service, units: service.units }]));
  if (answers.some((answer) => !answer.healthy)) process.exitCode = 1;
  const rows = answers.map(({ unit, healthy, answer }) => ({ name: unit.name, healthy, answer }));
  if (options.json === true) return printJson({ version: 1, units: rows });
  print(table([["UNIT", "HEALTH"], ...rows.map((row) => [row.name, row.answer])]));
}
