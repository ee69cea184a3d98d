/** Ways into one app's service, as its service file lists them: shells by their names, pages, and all credentials. */
import type { Command } from "commander";
import { readSecret, shellCommand } from "../apps/enter.ts";
import { userError } from "../model/diagnostic.ts";
import type { IndexedLogin, IndexedService } from "../model/index-file.ts";
import { runAttached } from "../system/attached.ts";
import { makeSystem } from "../system/real.ts";
import { print, printJson, table } from "./output.ts";
import { hasTerminal } from "./svc-exec.ts";

/** `services`: every instance of the app, as far as the index could be read; their words become commands. */
export function addAccess(
  program: Command,
  services: readonly IndexedService[],
  instance: () => Promise<IndexedService>,
): void {
  const taken = new Set(program.commands.map((command) => command.name()));
  const add = (name: string, description: string): Command | undefined => {
    if (taken.has(name)) return undefined;
    taken.add(name);
    return program.command(name).description(description);
  };
  for (const { name, description } of services.flatMap(({ shells = [] }) => shells)) {
    add(name, description)
      ?.argument("[words...]", "further words for it, behind --")
      .action(async (words: readonly string[]) => openShell(await instance(), name, words));
  }
  add("credentials", "what people log in with; it prints passwords")
    ?.option("--json", "as JSON")
    .action(async (options) => credentials(await instance(), undefined, options));
  for (const { name, description, port } of services.flatMap(({ logins = [] }) => logins)) {
    if (port === undefined) continue;
    add(name, `${description}: where it is and what to log in with; it prints a password`)
      ?.option("--json", "as JSON")
      .action(async (options) => credentials(await instance(), name, options));
  }
}

async function openShell(service: IndexedService, name: string, words: readonly string[]): Promise<void> {
  const shell = service.shells?.find((one) => one.name === name);
  if (shell === undefined)
    throw userError("unknown-name", `${service.name} has no ${name}`, "say which with --service NAME");
  process.exitCode = await runAttached(
    await shellCommand(makeSystem(), service, shell, words, { terminal: hasTerminal() }),
  );
}

async function credentials(
  service: IndexedService,
  name: string | undefined,
  options: { readonly json?: boolean },
): Promise<void> {
  if (service.logins === undefined)
    throw userError(
      "not-recorded",
      "the run that installed this did not write down what people log in with",
      "sudo install-quadlets",
    );
  const logins = service.logins.filter((login) => name === undefined || login.name === name);
  if (logins.length === 0) throw userError("does-not-apply", `nobody logs in to ${service.name}`);
  const system = makeSystem();
  const found = await Promise.all(
    logins.map(async (login) => ({ login, password: (await readSecret(system, service, login.secret)).reveal() })),
  );
  if (options.json === true)
    return printJson({ version: 1, logins: found.map(({ login, password }) => asJson(login, password)) });
  const rows = found.map(({ login, password }) => [
    login.description,
    login.urls.join(", ") || "-",
    login.user,
    password,
  ]);
  print(table([["FOR", "WHERE", "USER", "PASSWORD"], ...rows]));
}

function asJson({ name, description, urls, user }: IndexedLogin, password: string): object {
  return { name, description, urls, user, password };
}
