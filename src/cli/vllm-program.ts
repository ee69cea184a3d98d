/** The commands of `vllm-manage`. */
import { appProgram } from "./app-program.ts";
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
  vllm-manage restart`,
  });
  await run(program, argv);
}
