/** The commands of `opik-manage`. */
import { appProgram } from "./app-program.ts";
import { run } from "./run.ts";

export async function main(argv: readonly string[]): Promise<void> {
  const program = await appProgram({
    command: "opik-manage",
    description: "Looks after Opik's pod of nine containers.",
    prefix: "opik",
  });
  await run(program, argv);
}
