/** man/man1, a page for each program, from the programs themselves. */
import { makeProgram as gateway } from "./gateway-program.ts";
import { makeProgram as install } from "./install-program.ts";
import { manPage } from "./man-page.ts";
import { makeProgram as opik } from "./opik-program.ts";
import { makeProgram as svc } from "./svc-program.ts";
import { makeProgram as vllm } from "./vllm-program.ts";

/** File name to text. */
export async function manPages(): Promise<Readonly<Record<string, string>>> {
  const programs = [install(), svc(), await vllm(), await opik(), await gateway()];
  const names = programs.map((program) => program.name());
  return Object.fromEntries(
    programs.map((program) => {
      const others = names.filter((name) => name !== program.name());
      return [`${program.name()}.1`, manPage(program, others)];
    }),
  );
}
