/** Questions on the terminal. */
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { UserError } from "../model/diagnostic.ts";

/** Throws a UserError unless a person says yes; without a terminal there is nobody to ask. */
export async function askYes(question: string): Promise<void> {
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer)) throw new UserError("nothing was changed");
}

/** For what cannot be undone: the host's own name, so that nobody says yes on the wrong machine. */
export async function askName(question: string, name: string): Promise<void> {
  if ((await ask(question, "--yes-delete-data goes on without asking")) !== name) {
    throw new UserError(`that is not ${name}; nothing was changed`);
  }
}

/** The answer as it was typed, without spaces around it. */
export async function askText(question: string): Promise<string> {
  return ask(question);
}

async function ask(question: string, instead = "--yes goes on without asking"): Promise<string> {
  if (process.stdin.isTTY !== true) {
    throw new UserError("there is no terminal to ask on, and nothing was changed", instead);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close it: without this the question would wait for ever, and Node end without a word.
  const closed = once(terminal, "close").then(() => undefined);
  const answer = await Promise.race([terminal.question(question), closed]);
  terminal.close();
  if (answer === undefined) throw new UserError("no answer; nothing was changed");
  return answer.trim();
}
