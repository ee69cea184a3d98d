/** The memory host: its runner, clock and randomness behave as tests rely on. */
import { expect, test } from "vitest";
import { CommandFailed } from "../../src/system/command-failed.ts";
import { memorySystem } from "./memory-system.ts";

test("commands are recorded; the newest matching rule answers; without one they succeed", async () => {
  const { runner } = memorySystem();
  runner.on("podman", { stdout: "old" }).on(/^podman pull/, { exitCode: 125, stderr: "no route" });
  expect(await runner.run({ argv: ["true"] })).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  expect((await runner.run({ argv: ["podman", "ps"] })).stdout).toBe("old");
  expect((await runner.probe({ argv: ["podman", "pull", "x"] })).exitCode).toBe(125);
  await expect(runner.run({ argv: ["podman", "pull", "x"] })).rejects.toThrow(CommandFailed);
  expect(runner.printed).toEqual(["true", "podman ps", "podman pull x", "podman pull x"]);
});

test("a rule may look at the whole command, change the host, or pass", async () => {
  const system = memorySystem();
  system.runner.on("secret create", (command) => {
    if (command.stdin === undefined) return undefined;
    system.files.put("/secret", command.stdin);
    return { stdout: "id\n" };
  });
  expect((await system.runner.run({ argv: ["podman", "secret", "create"], stdin: "v" })).stdout).toBe("id\n");
  expect((await system.runner.run({ argv: ["podman", "secret", "create"] })).stdout).toBe("");
  expect(await system.files.read("/secret")).toBe("v");
});

test("lines of both streams are handed out", async () => {
  const { runner } = memorySystem();
  const seen: string[] = [];
  runner.on("pull", { stdout: "id\n", stderr: "Copying\rDone\n" });
  await runner.run({ argv: ["podman", "pull"] }, (line) => seen.push(line));
  expect(seen).toEqual(["id", "Copying", "Done"]);
});

test("a change can be made to fail", async () => {
  const { files } = memorySystem({ files: { "/etc/a": "old" } });
  files.beforeChange = (verb, path) => {
    if (verb === "write" && path === "/etc/a") throw new Error("disk full");
  };
  await expect(files.write("/etc/a", "new", { uid: 0, gid: 0, mode: 0o644 })).rejects.toThrow("disk full");
  expect(await files.read("/etc/a")).toBe("old");
});

test("sleeping moves the clock at once; random bytes differ from call to call, not from run to run", async () => {
  const { clock, random } = memorySystem({ now: new Date(0) });
  await clock.sleep(1500);
  expect(clock.now()).toEqual(new Date(1500));
  expect([...random.bytes(2), ...random.bytes(2)]).toEqual([1, 2, 3, 4]);
});
