/** The help of every command in one order: usage, what it is for, what it may change, examples; then options and the rest. */
import { type Command, Help } from "commander";
import { effectOf } from "./effects.ts";
import { EXAMPLES } from "./examples.ts";
import type { Examples } from "./examples-install.ts";

/** What is longer has its remark on the next line. */
const WIDEST = 44;
/** The parts that come after: a heading of commander's own. */
const REST = /\n(?=(Arguments|Options|Commands):\n)/;

export function arrangeHelp(program: Command): void {
  const arrange = (command: Command, path: string): void => {
    command.configureHelp({
      formatHelp: (cmd, helper) =>
        Help.prototype.formatHelp.call(helper, cmd, helper).replace(REST, () => `\n${topOf(program, path)}\n\n`),
    });
    for (const next of command.commands) arrange(next, `${path} ${next.name()}`.trim());
  };
  arrange(program, "");
}

/** Made when it is asked for: most of what is typed wants no help. */
function topOf(program: Command, path: string): string {
  const parts = [effectLine(program, path), examplesText(EXAMPLES[program.name()]?.[path] ?? [])];
  return parts.filter((text) => text !== "").join("\n\n");
}

function effectLine(program: Command, path: string): string {
  const effect = effectOf(program.name(), path);
  return effect === undefined ? "" : `Effect: ${effect}`;
}

function examplesText(examples: Examples[string]): string {
  if (examples.length === 0) return "";
  const short = examples.filter(([command, what]) => what !== undefined && command.length <= WIDEST);
  const width = Math.max(0, ...short.map(([command]) => command.length));
  const lines = examples.map(([command, what]) => {
    if (what === undefined) return `  ${command}`;
    const gap = command.length <= WIDEST ? " ".repeat(width - command.length) : `\n${" ".repeat(width + 2)}`;
    return `  ${command}${gap}  ${what}`;
  });
  return ["Examples:", ...lines].join("\n");
}
