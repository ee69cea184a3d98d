/** A command that failed: what was run, how it ended, and the end of what it said. */
import type { Command, CommandResult } from "../model/command.ts";
import { UserError } from "../model/diagnostic.ts";
import { printCommand } from "../model/print-command.ts";
import { visible } from "../model/visible.ts";

const SHOWN_LINES = 20;
/** What comes behind is no text for people: making all of it visible takes seconds and a gigabyte. */
const SHOWN_CHARACTERS = 2_000;

export type Outcome =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "timeout"; readonly milliseconds: number };

export class CommandFailed extends UserError {
  override readonly code = "command-failed";

  readonly command: Command;
  readonly outcome: Outcome;
  readonly result: CommandResult;
  constructor(command: Command, outcome: Outcome, result: CommandResult) {
    const shown = command.secretOutput === true ? { ...result, stdout: "" } : result;
    super([`${describe(outcome)}: ${printCommand(command)}`, ...lastLines(shown)].join("\n  "));
    this.name = "CommandFailed";
    this.command = command;
    this.outcome = outcome;
    this.result = shown;
  }
}

function describe(outcome: Outcome): string {
  switch (outcome.kind) {
    case "exit":
      return `exit code ${outcome.code}`;
    case "signal":
      return `killed by ${outcome.signal}`;
    case "timeout":
      return `no end after ${outcome.milliseconds / 1000} s, killed`;
    default:
      return outcome satisfies never;
  }
}

/** Standard error says why; a program that is silent there may have used standard output. */
function lastLines(result: CommandResult): readonly string[] {
  const text = result.stderr.trim() === "" ? result.stdout : result.stderr;
  return text
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "")
    .slice(-SHOWN_LINES)
    .map((line) => visible(line.slice(0, SHOWN_CHARACTERS)));
}
