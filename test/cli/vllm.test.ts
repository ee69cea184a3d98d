/** vllm-manage at a terminal: what completes, what is asked, and what is typed wrong. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { main } from "../../src/cli/vllm-program.ts";
import { collectWords } from "../../src/cli/vllm-reconfigure.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import { typed } from "../support/typed.ts";

let said = "";
let printed = "";

async function type(words: readonly string[], uid = 1000): Promise<void> {
  ({ said, printed } = await typed(main, words, uid));
}

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test.each([
  [["modles"], "Did you mean models?"],
  [["models", "a", "b"], "too many arguments"],
  [["models", "pull"], "missing required argument 'model'"],
  [["bench", "--way", "up"], "Allowed choices are proxy, direct"],
  [["reconfigure", "a=b"], "this needs root"],
  [["free"], "this needs root"],
])("%j", async (words, says) => {
  await type(words);
  expect(said).toContain(says);
});

test("each command has its examples in its help", async () => {
  for (const words of [["reconfigure"], ["bench"], ["models"], ["key"], ["fit"]]) {
    await type([...words, "--help"]);
    expect(printed, words.join(" ")).toMatch(/Examples:\n {2}vllm-manage /);
  }
});

describe("questions", () => {
  async function answering(answers: readonly string[]) {
    const left = [...answers];
    const heard: string[] = [];
    const check = (word: string) => {
      if (word.startsWith("bad")) throw new UserError(`${word} is none`);
    };
    const words = await collectWords(
      async () => left.shift() ?? "",
      check,
      (text) => heard.push(text),
    ).catch((error: UserError) => error.message);
    return { words, heard };
  }

  test.each<[readonly string[], unknown, readonly string[]]>([
    [["a=1", "b=2", ""], ["a=1", "b=2"], []],
    [["bad=1", "a=1", ""], ["a=1"], ["bad=1 is none"]],
    [[""], "nothing was changed", []],
  ])("%j", async (answers, words, heard) => {
    expect(await answering(answers)).toEqual({ words, heard });
  });
});
