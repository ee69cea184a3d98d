/** The command `models suggest`, which gateway-manage and vllm-manage have alike. */
import type { Command } from "commander";
import type { SuggestOptions } from "./suggest-models.ts";

export function suggestCommand(models: Command): void {
  models
    .command("suggest")
    .description("which models this host has memory for, and what the files would have to say")
    .option("--apply", "write that, after a question; what is there already stays")
    .option("-y, --yes", "with --apply: without asking")
    .option("--json", "as JSON")
    .action(async (options: SuggestOptions) => (await import("./suggest-models.ts")).suggest(options));
}
