/** The commands of `gateway-manage models`; each handler is loaded only when it runs. */
import type { Command } from "commander";
import { suggestCommand } from "./suggest-program.ts";

export function addModels(models: Command): void {
  suggestCommand(models);
  models
    .command("list", { isDefault: true })
    .allowExcessArguments(false)
    .description("what each has, what is declared of it and not there; the same as models without a word")
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) => (await import("./gateway-models.ts")).listStored(options));
  models
    .command("remove <model> [service]")
    .description("out of its store; refused for what is declared")
    .option("-y, --yes", "without asking")
    .action(async (model: string, service: string | undefined, options: { yes?: boolean }) =>
      (await import("./gateway-models.ts")).removeModel(model, service, options),
    );
}
