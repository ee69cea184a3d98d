/** What the kernel tells about this process and host. */
import { statSync } from "node:fs";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { gatherListeners, nameListeners } from "../../src/facts/listeners.ts";
import { makeSystem } from "../../src/system/real.ts";

const system = makeSystem();

test("programs are found where commands look for them", () => {
  expect(system.host.findProgram("sh")).toMatch(/\/sh$/);
  expect(system.host.findProgram("no-such-program")).toBeUndefined();
  expect(system.host.findProgram("systemd", ["/usr/lib/systemd"])).toBeDefined();
});

test("our own listener is seen and named", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const found = (await gatherListeners(system)).filter((listener) => listener.port === port);
  expect(found).toMatchObject([{ protocol: "tcp", address: "127.0.0.1", uid: process.getuid?.(), process: "" }]);
  expect(nameListeners(system, found)[0]?.process).toContain(`(pid ${process.pid})`);
  server.close();
});

test("the process is read by its number, because /proc/self is a symlink", async () => {
  await expect(system.files.read("/proc/self/stat")).rejects.toThrow("/proc/self: is a symlink");
  expect(await system.files.read(`/proc/${system.host.processId()}/stat`)).toContain(String(process.pid));
  expect(statSync("/proc/self").isDirectory()).toBe(true);
});
