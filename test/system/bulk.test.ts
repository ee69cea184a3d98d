/** Real pipes and real large files: what comes through, what fails, and what is left then. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Command } from "../../src/model/command.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import { realBulk } from "../../src/system/bulk.ts";
import { CommandFailed } from "../../src/system/command-failed.ts";

const folder = mkdtempSync(join(tmpdir(), "bulk-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sh = (script: string): Command => ({ argv: ["sh", "-c", script] });
const bytes = (text: string) => new TextEncoder().encode(text);

async function through(commands: Parameters<typeof realBulk.pipe>[0], input?: Iterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  const onOutput = (chunk: Uint8Array) => void pieces.push(chunk);
  await realBulk.pipe(commands, input === undefined ? { onOutput } : { input, onOutput });
  return Buffer.concat(pieces).toString();
}

describe("pipes", () => {
  test("what one writes the next one reads, to the last byte", async () => {
    expect(await through([sh("echo a b")])).toBe("a b\n");
    expect(await through([sh("echo a b"), { argv: ["tr", "a", "x"] }])).toBe("x b\n");
    expect(await through([{ argv: ["cat"] }, { argv: ["tr", "a", "x"] }], [bytes("a"), bytes("b")])).toBe("xb");
    expect(await through([{ argv: ["cat"] }])).toBe("");
  });

  test("megabytes arrive whole, in order", async () => {
    const chunk = new Uint8Array(1_000_003).map((_, at) => at % 251);
    const all = Buffer.concat(Array.from({ length: 9 }, () => chunk));
    const pieces: Uint8Array[] = [];
    const input = Array.from({ length: 9 }, () => chunk);
    await realBulk.pipe([{ argv: ["cat"] }, { argv: ["cat"] }], { input, onOutput: (one) => void pieces.push(one) });
    expect(Buffer.concat(pieces).equals(all)).toBe(true);
  });

  test.each<[string, readonly [Command, ...Command[]], string]>([
    ["the only one", [sh("echo some; echo why >&2; exit 3")], "exit code 3: sh"],
    ["the first of two", [sh("echo some; echo why >&2; exit 3"), { argv: ["cat"] }], "exit code 3: sh"],
    [
      "the second, and the first has more to say",
      [{ argv: ["yes"] }, sh("read x; echo why >&2; exit 4")],
      "exit code 4",
    ],
    ["one that is killed", [sh("kill -9 $$"), { argv: ["cat"] }], "killed by SIGKILL"],
  ])("a failure: %s", async (_, commands, message) => {
    const failure = await through(commands).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CommandFailed);
    expect((failure as Error).message).toContain(message);
    if (!message.startsWith("killed")) expect((failure as Error).message).toContain("why");
  });

  test("a program that reads nothing of its input fails by its code, or not at all", async () => {
    const input = Array.from({ length: 20 }, () => new Uint8Array(100_000));
    await expect(through([sh("exit 5")], input)).rejects.toThrow("exit code 5");
    await expect(through([sh("exit 0")], input)).resolves.toBe("");
  });

  test("a program that is not there", async () => {
    await expect(through([{ argv: ["/no/such/program"] }])).rejects.toThrow("/no/such/program: cannot be started");
    await expect(through([{ argv: ["yes"] }, { argv: ["/no/such/program"] }])).rejects.toThrow("cannot be started");
  });

  test("what the caller throws ends the programs, and is what is thrown", async () => {
    const full = new UserError("no space left");
    const onOutput = (): void => {
      throw full;
    };
    await expect(realBulk.pipe([{ argv: ["yes"] }, { argv: ["cat"] }], { onOutput })).rejects.toBe(full);
    const input = (function* () {
      yield bytes("x");
      throw full;
    })();
    await expect(realBulk.pipe([{ argv: ["cat"] }], { input })).rejects.toBe(full);
  });
});

describe("large files", () => {
  test("a new one has no name that anybody knows until it is published, and is its owner's alone", () => {
    const file = realBulk.create(folder);
    file.append(bytes("0123456789"));
    file.patch(3, bytes("xy"));
    expect(file.size).toBe(10);
    expect(new TextDecoder().decode(file.read(2, 4))).toBe("2xy5");
    const [temporary = ""] = readdirSync(folder);
    expect(temporary).toMatch(/^\.install-quadlets-[0-9a-f]{24}$/);
    expect(statSync(join(folder, temporary)).mode & 0o777).toBe(0o600);
    file.publish("done");
    expect(readdirSync(folder)).toEqual(["done"]);
    expect(readFileSync(join(folder, "done"), "utf8")).toBe("012xy56789");
    file.discard();
    expect(readdirSync(folder)).toEqual(["done"]);
  });

  test("one that is given up leaves nothing; a name that is taken stays what it is", () => {
    const file = realBulk.create(folder);
    file.append(bytes("other"));
    expect(() => file.publish("done")).toThrow("is there already");
    file.discard();
    expect(readdirSync(folder)).toEqual(["done"]);
    expect(readFileSync(join(folder, "done"), "utf8")).toBe("012xy56789");
  });

  test("only regular files are opened, and no link is followed", () => {
    writeFileSync(join(folder, "plain"), "abc");
    symlinkSync(join(folder, "plain"), join(folder, "link"));
    mkdirSync(join(folder, "sub"));
    symlinkSync(join(folder, "sub"), join(folder, "way"));
    writeFileSync(join(folder, "sub", "deep"), "deep");
    const file = realBulk.open(join(folder, "plain"));
    expect(file?.size).toBe(3);
    expect(file?.read(1, 100)).toEqual(bytes("bc"));
    file?.close();
    expect(realBulk.open(join(folder, "missing"))).toBeUndefined();
    expect(() => realBulk.open(join(folder, "link"))).toThrow("is not a regular file");
    expect(() => realBulk.open(join(folder, "sub"))).toThrow("is not a regular file");
    expect(() => realBulk.open(join(folder, "way", "deep"))).toThrow("is a symlink, refused");
    expect(() => realBulk.create(join(folder, "way"))).toThrow("is a symlink, refused");
    expect(() => realBulk.create(join(folder, "missing"))).toThrow("no such directory");
  });
});
