/** A runner that runs nothing: it records the commands and answers them from a script. */

import type { Command, CommandResult } from "../../src/model/command.ts";
import { printCommand } from "../../src/model/print-command.ts";
import { CommandFailed } from "../../src/system/command-failed.ts";
import type { Runner } from "../../src/system/interfaces.ts";

export type Answer = Partial<CommandResult> | ((command: Command) => Partial<CommandResult> | undefined);

interface Rule {
  readonly matches: string | RegExp;
  readonly answer: Answer;
}

export class MemoryRunner implements Runner {
  /** Every command that was run or probed, in order. */
  readonly commands: Command[] = [];
  readonly #rules: Rule[] = [];

  /** The newest rule that matches the printed command answers; a command without a rule succeeds silently. */
  on(matches: string | RegExp, answer: Answer): this {
    this.#rules.unshift({ matches, answer });
    return this;
  }

  /** The recorded commands as a person reads them. */
  get printed(): readonly string[] {
    return this.commands.map(printCommand);
  }

  async run(command: Command, onLine?: (line: string) => void): Promise<CommandResult> {
    const result = this.#answer(command);
    if (onLine !== undefined) {
      for (const line of `${result.stdout}\n${result.stderr}`.split(/[\r\n]+/)) if (line !== "") onLine(line);
    }
    if (result.exitCode !== 0) throw new CommandFailed(command, { kind: "exit", code: result.exitCode }, result);
    return result;
  }

  async probe(command: Command): Promise<CommandResult> {
    return this.#answer(command);
  }

  #answer(command: Command): CommandResult {
    this.commands.push(command);
    const line = printCommand(command);
    const success: CommandResult = { exitCode: 0, stdout: "", stderr: "" };
    for (const { matches, answer } of this.#rules) {
      const hit = typeof matches === "string" ? line.includes(matches) : matches.test(line);
      const given = hit ? (typeof answer === "function" ? answer(command) : answer) : undefined;
      if (given !== undefined) return { ...success, ...given };
    }
    return success;
  }
}
