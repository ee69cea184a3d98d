// Shows tests exactly what reached the container: raw arguments and environment, identity, headers; streams and echoes on request.
import { readFileSync } from "node:fs";
import http from "node:http";
import { endOnSignal, listen, sleep } from "../lib/contract.mjs";
import { send } from "../lib/http.mjs";
import { echoOn } from "../lib/websocket.mjs";

/** NUL separated bytes of /proc as buffers: a value need not be valid UTF-8. */
function fields(path) {
  const raw = readFileSync(path);
  const found = [];
  for (let start = 0; start < raw.length; ) {
    const end = raw.indexOf(0, start) < 0 ? raw.length : raw.indexOf(0, start);
    found.push(raw.subarray(start, end));
    start = end + 1;
  }
  return found;
}

function dump() {
  const argv = fields("/proc/self/cmdline").slice(2); // without node and this file
  const env = Object.fromEntries(
    fields("/proc/self/environ").map((entry) => [
      entry.subarray(0, entry.indexOf("=")).toString(),
      entry.subarray(entry.indexOf("=") + 1).toString("base64"),
    ]),
  );
  return {
    argv: argv.map((value) => value.toString("base64")),
    env,
    uid: process.getuid(),
    gid: process.getgid(),
    cwd: process.cwd(),
  };
}

async function events(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  for (let number = 1; number <= 10 && !response.destroyed; number++) {
    response.write(`data: ${number}\n\n`);
    await sleep(100);
  }
  response.end();
}

const server = http.createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://echo");
  if (pathname === "/dump") return send(response, 200, dump());
  if (pathname === "/health") return send(response, 200, "ok\n");
  if (pathname === "/headers")
    return send(response, 200, {
      method: request.method,
      url: request.url,
      remote: request.socket.remoteAddress,
      headers: request.headers,
    });
  if (pathname === "/sse") return void events(response);
  return send(response, 404, "not found\n");
});
echoOn(server, "/ws");
await listen("echo", server, process.env.PORT ?? 8080, "::");
endOnSignal("echo");
