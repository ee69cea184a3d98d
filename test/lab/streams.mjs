// Runs on the client machine until the file STOP appears: 16 connections ask the gateway for streams, each for the next when one has
// ended, half of them on a connection that they keep. Nothing is sent twice: what fails has failed.
import { existsSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";

const { ADDRESS, ZONE, KEY, MODEL, STOP } = process.env;
const ca = readFileSync("/tmp/trust/ca.crt");
const seen = { streams: 0, longest: 0, failures: [] };
const lookup = (_name, options, found) =>
  options.all ? found(null, [{ address: ADDRESS, family: 4 }]) : found(null, ADDRESS, 4);
const headers = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
const body = JSON.stringify({
  model: MODEL,
  stream: true,
  max_tokens: 200,
  messages: [{ role: "user", content: "hello" }],
});

function ask(agent) {
  return new Promise((resolve, reject) => {
    const place = { host: `llm.${ZONE}`, port: 443, path: "/v1/chat/completions", lookup, ca, timeout: 120_000 };
    const asked = request({ ...place, method: "POST", headers, agent }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => {
        if (answer.statusCode !== 200) reject(new Error(`HTTP ${answer.statusCode} ${text.slice(0, 200)}`));
        else if (!text.includes("[DONE]")) reject(new Error(`cut off after ${text.length} bytes`));
        else resolve();
      });
      answer.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("nothing in 120 s")));
    asked.on("error", reject);
    asked.end(body);
  });
}

async function loop(agent) {
  while (!existsSync(STOP)) {
    const began = performance.now();
    try {
      await ask(agent());
      seen.streams += 1;
    } catch (error) {
      seen.failures.push(`${new Date().toISOString()} ${error.code ?? ""} ${error.message}`);
    }
    seen.longest = Math.max(seen.longest, Math.round(performance.now() - began));
  }
}

const kept = () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return () => agent;
};
const fresh = () => () => new Agent();
await Promise.all(Array.from({ length: 16 }, (_, index) => loop(index % 2 === 0 ? kept() : fresh())));
console.log(JSON.stringify(seen));
