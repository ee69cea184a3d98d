/** Asking one name server: against one that answers on loopback what it is told to. */
import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RealDns } from "../../src/system/dns.ts";

const socket = createSocket("udp4");

/** Name, code and, where there is one, the address, as RFC 1035 has them. */
function answerTo(message: Buffer): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let size = message[at] ?? 0; size > 0; size = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + size));
    at += size + 1;
  }
  const [first = ""] = labels;
  if (first === "silent") return undefined;
  const code = { gone: 3, broken: 2, closed: 5 }[first] ?? 0;
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 100, 64, 0, 1]);
  const has = code === 0 && first !== "empty";
  const head = Buffer.from([message[0] ?? 0, message[1] ?? 0, 0x85, 0x80 | code, 0, 1, 0, has ? 1 : 0, 0, 0, 0, 0]);
  return Buffer.concat([head, message.subarray(12, at + 5), ...(has ? [record] : [])]);
}

socket.on("message", (message, peer) => {
  const answer = answerTo(message);
  if (answer !== undefined) socket.send(answer, peer.port, peer.address);
});

beforeAll(() => new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve)));
afterAll(() => socket.close());

function ask(label: string, timeoutMs = 10_000) {
  const { port } = socket.address() as AddressInfo;
  return new RealDns().addresses({ name: `${label}.liminati.internal`, server: "127.0.0.1", port, timeoutMs });
}

test("an address of the server that was named, whatever the host's own says", async () => {
  expect(await ask("webui")).toEqual(["100.64.0.1"]);
});

test.each(["gone", "empty"])("a name that is %s has none", async (label) => {
  expect(await ask(label)).toEqual([]);
});

test("a server that says nothing is waited for no longer than was said", async () => {
  await expect(ask("silent", 300)).rejects.toThrow(/^127\.0\.0\.1:\d+ does not answer within 0\.3 s$/);
});

test.each([
  ["broken", "ESERVFAIL"],
  ["closed", "EREFUSED"],
])("one that is %s says so", async (label, code) => {
  await expect(ask(label)).rejects.toThrow(`refuses to say: ${code}`);
});

test("where nobody listens that is said", async () => {
  const other = createSocket("udp4");
  await new Promise<void>((resolve) => other.bind(0, "127.0.0.1", resolve));
  const { port } = other.address();
  await new Promise<void>((resolve) => other.close(() => resolve()));
  const asked = new RealDns().addresses({ name: "a.internal", server: "127.0.0.1", port, timeoutMs: 10_000 });
  await expect(asked).rejects.toThrow(`nobody answers at 127.0.0.1:${port}`);
});
