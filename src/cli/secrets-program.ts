/** The commands below `install-quadlets secrets`; each handler is loaded only when it runs. */
import type { Command } from "commander";
import type { InstallOptions } from "./install.ts";

const SET_NOTES = `
The value is no argument: those are seen by every user, and kept in the shell's history.`;

const IMPORT_NOTES = `
Known are tokens and keys that a service or an active provider asks for (HF_TOKEN, OPENAI_API_KEY, ...) and settings of vLLM
(MODEL_NAME, TP_SIZE, ...). Keys that are made on this host are not taken over. No value of a secret is printed.`;

/** `common` adds what every command that ends in a plan takes. */
export function secretsProgram(program: Command, common: (command: Command) => Command): void {
  const secrets = program.command("secrets").description("the secrets of this site: names, values, and other values");
  common(secrets.command("list").description("which there are, what they are made from, who reads them")).action(
    async (_, command: Command) =>
      (await import("./secrets.ts")).listSecrets(command.optsWithGlobals<InstallOptions>()),
  );
  secrets
    .command("show <secret>")
    .description("its value, for typing it elsewhere")
    .option("--config <file>", "stack file instead of /etc/install-quadlets/stack.yaml")
    .action(async (name: string, _, command: Command) =>
      (await import("./secrets.ts")).showSecret(name, command.optsWithGlobals()),
    );
  common(secrets.command("rotate <secrets...>").description("another value; whoever reads it is restarted"))
    .option("-y, --yes", "without asking")
    .option("--dry-run", "show the plan and stop; exit code 2")
    .action(async (names: readonly string[], _, command: Command) =>
      (await import("./secrets.ts")).rotateSecrets(names, command.optsWithGlobals<InstallOptions>()),
    );
  common(
    secrets
      .command("set <secret>")
      .description("the value of one that only you have, from standard input or asked for; its reader is restarted"),
  )
    .option("-y, --yes", "without asking whether to go on")
    .addHelpText("after", SET_NOTES)
    .action(async (name: string, _, command: Command) =>
      (await import("./set-secret.ts")).setSecret(name, command.optsWithGlobals<InstallOptions>()),
    );
  common(secrets.command("unset <secret>").description("take away one that its service runs without, too"))
    .option("-y, --yes", "without asking")
    .action(async (name: string, _, command: Command) =>
      (await import("./set-secret.ts")).unsetSecret(name, command.optsWithGlobals<InstallOptions>()),
    );
  common(
    secrets
      .command("import <file>")
      .description("what an old .env becomes: its tokens secrets of this site, its settings lines for stack.yaml"),
  )
    .option("-y, --yes", "without asking whether to go on")
    .option("--dry-run", "say what would become of each line and stop; needs no root")
    .addHelpText("after", IMPORT_NOTES)
    .action(async (file: string, _, command: Command) =>
      (await import("./import-secrets.ts")).importSecrets(file, command.optsWithGlobals<InstallOptions>()),
    );
}
