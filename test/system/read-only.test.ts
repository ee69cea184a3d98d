/** The read-only system: reads pass, every change is refused. */
import { expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { ReadOnlyViolation, readOnly } from "../../src/system/read-only.ts";
import { memorySystem } from "../support/memory-system.ts";

const OPTIONS = { uid: 0, gid: 0, mode: 0o644 };

const GATEWAY = { port: 4000, bearer: new Secret("sk-1"), timeoutMs: 1000 };

test("reads pass", async () => {
  const memory = memorySystem({ files: { "/etc/a": "text" } });
  memory.runner.on("podman", { stdout: "podman version 5.4.2\n" });
  const system = readOnly(memory);
  expect(await system.files.read("/etc/a")).toBe("text");
  expect((await system.files.stat("/etc/a"))?.kind).toBe("file");
  expect(await system.files.list("/etc")).toEqual(["a"]);
  expect((await system.runner.probe({ argv: ["podman", "--version"] })).stdout).toContain("5.4.2");
  memory.http.answer = ({ path }) => ({ status: 200, body: path });
  expect(await system.http.ask({ method: "GET", path: "/key/list", ...GATEWAY })).toEqual({
    status: 200,
    body: "/key/list",
  });
});

test("changes are refused and nothing happens", async () => {
  const memory = memorySystem({ files: { "/etc/a": "text" } });
  const system = readOnly(memory);
  const changes = [
    () => system.files.write("/etc/a", "x", OPTIONS),
    () => system.files.makeDirectory("/etc/d", OPTIONS),
    () => system.files.setOwnerAndMode("/etc/a", OPTIONS),
    () => system.files.remove("/etc/a"),
    () => system.runner.run({ argv: ["useradd", "x"] }),
    () => system.http.ask({ method: "POST", path: "/key/delete", ...GATEWAY }),
  ];
  for (const change of changes) await expect(change()).rejects.toThrow(ReadOnlyViolation);
  expect(memory.files.nodes.get("/etc/a")).toMatchObject({ content: "text" });
  expect(memory.files.nodes.has("/etc/d")).toBe(false);
  expect(memory.runner.commands).toEqual([]);
});
