/** Questions to the drivers of graphics cards. */
import type { Command } from "../model/command.ts";

/** Everything at once; a driver that has to be woken takes seconds. */
export function askNvidia(program: string): Command {
  return { argv: [program, "--query", "--xml-format"], timeoutMs: 30_000 };
}
