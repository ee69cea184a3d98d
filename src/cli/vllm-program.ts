/** The commands of `vllm-manage`. */
import { appProgram } from "./app-program.ts";
import { type FitOptions, fitFlags } from "./fit-flags.ts";
import { run } from "./run.ts";

export async function main(argv: readonly string[]): Promise<void> {
  const program = await appProgram({
    command: "vllm-manage",
    description: "Looks after the vLLM model server.",
    prefix: "vllm",
    examples: `
Examples:
  vllm-manage status
  vllm-manage logs -f          a model that loads tells how far it is
  vllm-manage restart
  vllm-manage gpu                  who was given each GPU, and who uses it now
  vllm-manage fit Qwen/Qwen3-14B   would that model fit on these GPUs, or what to lower`,
  });
  fitFlags(program.command("fit [model]"), "vllm-manage").action(
    async (name: string | undefined, options: FitOptions) => (await import("./fit.ts")).fitCommand(name, options),
  );
  program
    .command("gpu")
    .description(
      "each GPU: memory, who was given it, who uses it now; exit code 1 if something keeps a service from it",
    )
    .option("--json", "as JSON")
    .action(async (options: { json?: boolean }) => (await import("./vllm-gpu.ts")).gpu(options));
  await run(program, argv);
}
