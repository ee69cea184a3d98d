// Runs on the client machine until the file STOP appears: 32 connections ask the proxy, each PAUSE milliseconds after its last answer.
// Half of them open a connection for each request, half keep theirs, two read streams of tokens from the model.
// A connection that the proxy closes while it is idle is none that failed: on it the request is sent once more, as RFC 9110 9.2.2 has
// clients do with a GET that got not one byte of an answer. How often that happens is counted.
import { existsSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";

const { ADDRESS, ZONE, KEY, STOP, PAUSE } = process.env;
// Anew for each request: in a rotation whoever fetches it again goes on.
const trusted = () => readFileSync("/tmp/trust/ca.crt");
const seen = { requests: 0, streams: 0, resent: 0, failures: [], leaves: new Set(), slowest: 0 };
const lookup = (_name, options, found) =>
  options.all ? found(null, [{ address: ADDRESS, family: 4 }]) : found(null, ADDRESS, 4);

function ask(host, agent, { path = "/health", method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    let begun = false;
    let got = 0;
    let stage = "no connection";
    const options = {
      host: `${host}.${ZONE}`,
      port: 443,
      path,
      method,
      headers,
      agent,
      ca: trusted(),
      lookup,
      timeout: 60_000,
    };
    const asked = request(options, (answer) => {
      begun = true;
      seen.leaves.add(answer.socket.getPeerCertificate().fingerprint256 ?? "resumed");
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
        got += chunk.length;
      });
      answer.on("end", () =>
        answer.statusCode === 200 ? resolve(text) : reject(new Error(`HTTP ${answer.statusCode} ${text.slice(0, 80)}`)),
      );
      answer.on("error", reject);
    });
    asked.on("socket", (socket) => {
      if (asked.reusedSocket) {
        stage = "reused connection";
        return;
      }
      socket.once("connect", () => {
        stage = "connected";
      });
      socket.once("secureConnect", () => {
        stage = "encrypted";
      });
    });
    asked.on("timeout", () =>
      asked.destroy(
        new Error(`nothing in 60 s: ${begun ? `then after ${got} bytes` : stage}, port ${asked.socket?.localPort}`),
      ),
    );
    asked.on("error", (error) => reject(Object.assign(error, { again: asked.reusedSocket && !begun })));
    asked.end(body);
  });
}

async function once(work, count) {
  const began = performance.now();
  try {
    await work().catch((error) => {
      if (!error.again) throw error;
      seen.resent += 1;
      return work();
    });
    seen[count] += 1;
  } catch (error) {
    seen.failures.push(`${new Date().toISOString()} ${count}: ${error.code ?? ""} ${error.message}`);
  }
  seen.slowest = Math.max(seen.slowest, Math.round(performance.now() - began));
}

const stopped = () => existsSync(STOP);
const pause = () => new Promise((resolve) => setTimeout(resolve, Number(PAUSE)));

async function loop(agent) {
  while (!stopped()) {
    await once(() => ask("webui", agent()), "requests");
    await pause();
  }
}

async function streams() {
  const body = JSON.stringify({ model: "qwen", stream: true, messages: [{ role: "user", content: "hello" }] });
  const headers = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
  while (!stopped()) {
    await once(async () => {
      const agent = new Agent();
      const text = await ask("vllm", agent, { path: "/v1/chat/completions", method: "POST", headers, body });
      if (!text.includes("[DONE]")) throw new Error(`cut off after ${text.length} bytes`);
    }, "streams");
  }
}

const keep = () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return () => agent;
};
const fresh = () => () => new Agent({ maxCachedSessions: 0 });
await Promise.all([
  ...Array.from({ length: 15 }, () => loop(fresh())),
  ...Array.from({ length: 15 }, () => loop(keep())),
  ...Array.from({ length: 2 }, () => streams()),
]);
console.log(JSON.stringify({ ...seen, leaves: [...seen.leaves] }));
