/** Streams of a real server: in pieces as they fall, cut off, too slow, and over connections that were closed meanwhile. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "../../src/model/secret.ts";
import { RealHttpStreams } from "../../src/system/http-streams.ts";

let respond: (response: ServerResponse) => void = () => undefined;
const sockets = new Set<Socket>();
let connections = 0;
const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => respond(response));
});
server.on("connection", (socket) => {
  connections += 1;
  sockets.add(socket);
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
const streams = new RealHttpStreams();
afterAll(() => {
  streams.close();
  server.closeAllConnections();
  server.close();
});

async function ask(timeoutMs = 5_000, port = (server.address() as AddressInfo).port) {
  const heard: string[] = [];
  const times: number[] = [];
  const question = { method: "POST", port, path: "/", bearer: undefined, body: new Secret("{}"), timeoutMs } as const;
  const end = await streams
    .stream(question, (data, at) => {
      heard.push(data);
      times.push(at);
    })
    .catch((error: Error) => error.message);
  return { heard, times, end };
}

test("events arrive whole, whatever the pieces, and comments are none", async () => {
  respond = async (response) => {
    response.setHeader("content-type", "text/event-stream");
    const bytes = Buffer.from(': ping\n\ndata: {"a":"ü€"}\r\n\r\ndata:{"b":1}\n\nevent: x\ndata: [DONE]\n\n');
    for (const byte of bytes) {
      response.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    response.end();
  };
  const { heard, times, end } = await ask();
  expect(heard).toEqual(['{"a":"ü€"}', '{"b":1}', "[DONE]"]);
  expect(end).toMatchObject({ status: 200, body: "" });
  expect(times).toEqual(times.toSorted((a, b) => a - b));
});

test("what is no stream is told as it is", async () => {
  respond = (response) => response.writeHead(429).end("data: slow down");
  expect(await ask()).toMatchObject({ heard: [], end: { status: 429, body: "data: slow down" } });
});

/** Where the time is what ends it; the others have as much as a busy machine may need. */
const SOON = 300;

test.each<[string, (response: ServerResponse) => void, string, number?]>([
  [
    "one that breaks off",
    (response) => {
      response.write("data: 1\n\n");
      setTimeout(() => response.destroy(), 20);
    },
    "it broke off",
  ],
  ["one that never ends", (response) => void response.write("data: 1\n\n"), "no end within 0.3 s", SOON],
  ["one that never begins", () => undefined, "no end within 0.3 s", SOON],
  [
    "a line without an end",
    (response) => void response.write(`data: ${"x".repeat(2 * 1024 * 1024)}`),
    "its answer is longer than anybody reads",
  ],
])("%s", async (_, answer, says, limit = 20_000) => {
  respond = answer;
  expect((await ask(limit)).end).toBe(says);
});

test("connections are kept, and one that was closed meanwhile is no failure", async () => {
  respond = (response) => response.end("data: 1\n\n");
  await ask();
  const before = connections;
  for (let turn = 0; turn < 5; turn++) expect((await ask()).end).toMatchObject({ status: 200 });
  expect(connections).toBe(before);
  for (const socket of sockets) socket.resetAndDestroy();
  expect((await ask()).end).toMatchObject({ status: 200 });
});

test("nobody there is an answer", async () => {
  expect((await ask(1_000, 1)).end).toBeUndefined();
});
