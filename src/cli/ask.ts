/** Questions on the terminal. */
import { createInterface } from "node:readline/promises";
import { Stopped, userError } from "../model/diagnostic.ts";

export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

const TERMINAL: Terminal = { input: process.stdin, output: process.stderr };

/** Throws Stopped unless a person says yes; without a terminal there is nobody to ask. */
export async function askYes(question: string): Promise<void> {
  const answer = await ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer)) throw new Stopped("nothing was changed");
}

/** For what cannot be undone: the host's own name, so that nobody says yes on the wrong machine. */
export async function askName(question: string, name: string, instead: string): Promise<void> {
  if ((await ask(question, `${instead} goes on without asking`)) !== name) {
    throw new Stopped(`that is not ${name}; nothing was changed`);
  }
}

/** What was typed ahead of it is no answer: nobody says yes to what he has not seen. */
async function ask(question: string, instead = "--yes goes on without asking"): Promise<string> {
  if (process.stdin.isTTY !== true) {
    throw userError("no-terminal", "there is no terminal to ask on, and nothing was changed", instead);
  }
  const { put, end } = converse();
  try {
    return await put(question);
  } finally {
    end();
  }
}

/** Several questions that belong together. */
export interface Conversation {
  /** The answer without spaces around it; of answers that were pasted at once, the next. */
  put(question: string): Promise<string>;
  end(): void;
}

export function converse({ input, output }: Terminal = TERMINAL): Conversation {
  const keys = createInterface({ input, output, terminal: input.isTTY === true });
  const lines: string[] = [];
  let open = true;
  let heard = (): void => undefined;
  keys.on("line", (line) => {
    lines.push(line);
    heard();
  });
  // Ctrl-C and Ctrl-D close it: without this the question would wait for ever, and Node end without a word.
  keys.on("close", () => {
    open = false;
    heard();
  });
  return {
    put: async (question) => {
      if (lines.length === 0 && open) {
        keys.setPrompt(question);
        keys.prompt();
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      } else output.write(`${question}${lines[0] ?? ""}\n`);
      const line = lines.shift();
      if (line === undefined) throw new Stopped("no answer; nothing was changed");
      return line.trim();
    },
    end: () => keys.close(),
  };
}
