/** A conversation on a terminal: one answer after another, pasted ones, too, and an end without one. */
import { PassThrough } from "node:stream";
import { expect, test, vi } from "vitest";
import { converse } from "../../src/cli/ask.ts";
import { Stopped } from "../../src/model/diagnostic.ts";

// Where an answer is lost, it is waited for: nobody types here.
vi.setConfig({ testTimeout: 60_000 });

function terminal(isTTY = false): {
  input: PassThrough & { isTTY: boolean };
  output: PassThrough;
  shown: () => string;
} {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = new PassThrough();
  let text = "";
  output.on("data", (chunk) => {
    text += String(chunk);
  });
  return { input, output, shown: () => text };
}

test("one after another", async () => {
  const { input, output, shown } = terminal();
  const { put, end } = converse({ input, output });
  const first = put("Zone: ");
  input.write("  ai.internal \n");
  expect(await first).toBe("ai.internal");
  const second = put("Model: ");
  input.write("\n");
  expect(await second).toBe("");
  end();
  expect(shown()).toBe("Zone: Model: ");
});

test("answers that were pasted at once are none lost, and each is shown with its question", async () => {
  const { input, output, shown } = terminal();
  const { put, end } = converse({ input, output });
  const first = put("Zone: ");
  input.write("a.internal\nnone\n");
  expect([await first, await put("Model: ")]).toEqual(["a.internal", "none"]);
  end();
  expect(shown()).toBe("Zone: Model: none\n");
});

test.each([
  ["Ctrl-C", "\u0003"],
  ["Ctrl-D", "\u0004"],
])("%s on a terminal is no answer, and no fault of ours", async (_, key) => {
  const { input, output } = terminal(true);
  const { put } = converse({ input, output });
  const answer = put("Zone: ");
  input.write(key);
  const error = await answer.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Stopped);
  expect(error).toMatchObject({ message: "no answer; nothing was changed", exitCode: 130 });
  await expect(put("Model: ")).rejects.toThrow("no answer; nothing was changed");
});
