// Runs on the client machine: CONNECTIONS kept connections ask the proxy for SECONDS, each as soon as it has its answer, and on until
// there were LEAST answers in all. Says how many there were, how many in each tenth of the time, and what was no answer.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:https";

const { ADDRESS, ZONE } = process.env;
const [seconds, connections, least] = ["SECONDS", "CONNECTIONS", "LEAST"].map((name) => Number(process.env[name]));
const PARTS = 10;
const host = `webui.${ZONE}`;
const lookup = (_name, options, found) =>
  options.all ? found(null, [{ address: ADDRESS, family: 4 }]) : found(null, ADDRESS, 4);
const agent = new Agent({ keepAlive: true, maxSockets: connections, ca: readFileSync("/tmp/trust/ca.crt"), lookup });

function ask() {
  return new Promise((resolve) => {
    const asked = request({ host, port: 443, path: "/health", agent, timeout: 60_000 }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode === 200 ? undefined : `HTTP ${answer.statusCode}`));
      answer.on("error", (error) => resolve(error.message));
    });
    asked.on("timeout", () => asked.destroy(new Error("nothing in 60 s")));
    asked.on("error", (error) => resolve(error.message));
    asked.end();
  });
}

const began = performance.now();
const elapsed = () => (performance.now() - began) / 1000;
const parts = Array(PARTS).fill(0);
const failures = {};
let sent = 0;
let answers = 0;
async function loop() {
  while (elapsed() < seconds || sent < least) {
    sent += 1;
    const problem = await ask();
    const part = Math.floor((elapsed() / seconds) * PARTS);
    if (problem !== undefined) failures[problem] = (failures[problem] ?? 0) + 1;
    else {
      answers += 1;
      if (part < PARTS) parts[part] += 1;
    }
  }
}
await Promise.all(Array.from({ length: connections }, loop));
agent.destroy();
console.log(JSON.stringify({ failures, answers, parts }));
