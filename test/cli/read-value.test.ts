/** What is taken as the value of a secret, from a pipe and from a terminal, and what is refused. */
import { PassThrough, Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { checkValue, readValue } from "../../src/cli/read-value.ts";
import { UserError } from "../../src/model/diagnostic.ts";

const bytes = (text: string) => Buffer.from(text);

test.each([
  ["a token", "hf_AbC123", "hf_AbC123"],
  ["a line", "hf_AbC123\n", "hf_AbC123"],
  ["a line of Windows", "hf_AbC123\r\n", "hf_AbC123"],
  ["blanks and signs, as they are", ' a "b" $c \\d\' %h ', ' a "b" $c \\d\' %h '],
  ["letters of any language", "größe-密钥", "größe-密钥"],
  ["the longest that podman takes", "x".repeat(511_999), "x".repeat(511_999)],
])("%s", (_, given, value) => {
  expect(checkValue(bytes(given))).toBe(value);
});

test.each([
  ["nothing", bytes(""), "it is empty"],
  ["an empty line", bytes("\n"), "it is empty"],
  ["two lines", bytes("a\nb"), "more than one line"],
  ["two line breaks at the end", bytes("a\n\n"), "more than one line"],
  ["a key file", bytes("-----BEGIN X-----\nAAAA\n-----END X-----\n"), "more than one line"],
  ["NUL", bytes("a\0b"), "nobody can see"],
  ["a tabulator", bytes("a\tb"), "nobody can see"],
  ["an escape sequence", bytes("a\u001b[31mb"), "nobody can see"],
  ["a control character of Latin-1", bytes("a\u0085b"), "nobody can see"],
  ["a byte order mark", bytes("\uFEFFhf_abc"), "nobody can see"],
  ["bytes that are no text", Buffer.from([0x68, 0xff, 0xfe]), "it is not text"],
  ["one byte too many", bytes("x".repeat(512_000)), "podman takes less than 512000 bytes"],
])("refused: %s", (_, given, why) => {
  const refusal = (() => {
    try {
      return checkValue(given);
    } catch (error) {
      return error;
    }
  })();
  expect(refusal).toBeInstanceOf(UserError);
  expect((refusal as Error).message).toBe(`that is no value for a secret: ${(refusal as Error).message.slice(31)}`);
  expect((refusal as Error).message).toMatch(new RegExp(`${why}.*; nothing was changed$`));
});

test("a pipe, in pieces that end within a letter", async () => {
  const whole = bytes("größe\n");
  const input = Readable.from([whole.subarray(0, 3), whole.subarray(3)]);
  const value = await readValue("app/key", { input, output: new PassThrough() });
  expect(value.reveal()).toBe("größe");
});

test("a pipe without an end is not read to its end", async () => {
  let sent = 0;
  const endless = Readable.from(
    (function* () {
      for (;;) {
        sent += 65_536;
        yield Buffer.alloc(65_536, "x");
      }
    })(),
  );
  await expect(readValue("app/key", { input: endless, output: new PassThrough() })).rejects.toThrow("less than 512000");
  expect(sent).toBeLessThan(2_000_000);
});

describe("at a terminal", () => {
  async function type(keys: string): Promise<{ readonly value: string; readonly seen: string }> {
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = new PassThrough();
    const reading = readValue("app/key", { input, output });
    input.write(keys);
    const value = await reading.then(
      (secret) => secret.reveal(),
      (error: Error) => error.message,
    );
    return { value, seen: String(output.read()) };
  }

  test("it is asked for, and nothing of it is shown", async () => {
    expect(await type("hf_secret\r")).toEqual({
      value: "hf_secret",
      seen: "value of app/key (it is not shown): \n",
    });
  });

  test("keys that correct work as everywhere", async () => {
    expect((await type("wrong\u0015hf_x\u007fy\r")).value).toBe("hf_y");
  });

  test.each([
    ["Ctrl-C", "hf_se\u0003"],
    ["Ctrl-D", "\u0004"],
  ])("%s ends it", async (_, keys) => {
    expect((await type(keys)).value).toBe("no answer; nothing was changed");
  });

  test("several lines that are pasted are refused as a whole", async () => {
    expect((await type("one\rtwo\r")).value).toContain("it is more than one line");
  });
});
