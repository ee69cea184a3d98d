// What answers behind the vLLM stand-in: a real llama-server with a small model, at a socket that nobody else has.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import http from "node:http";
import { retry } from "../lib/contract.mjs";

const SOCKET = "/tmp/lab-llama.sock";
/** The model knows no longer context. */
const LONGEST = 32768;
/** For who asks for no length: noise often has no end. */
const TOKENS = 24;

/** Starts it and waits until it serves. `died`: called with the reason when it ends by itself. */
export async function startEngine({ name, context, died }) {
  rmSync(SOCKET, { force: true });
  const length = Math.min(Number(context) || LONGEST, LONGEST);
  const child = spawn(
    "llama-server",
    // The same words for the same question: what fails can be tried again. Each of 16 requests may use all of the context.
    Object.entries({
      model: "/opt/lab/model.gguf",
      alias: name,
      host: SOCKET,
      "ctx-size": length,
      parallel: 16,
      threads: 1,
      predict: TOKENS,
      seed: 1,
      "cache-ram": 0,
      verbosity: 1,
    })
      .flatMap(([name, value]) => [`--${name}`, `${value}`])
      .concat("--kv-unified", "--no-webui", "--no-warmup"),
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  process.on("exit", () => child.kill());
  child.on("error", (error) => died(error.message));
  child.on("exit", (code, signal) => died(`it ended with ${signal ?? code}`));
  await retry(60, async () => {
    const { statusCode } = await ask("GET", "/health");
    if (statusCode !== 200) throw new Error(`llama-server is not ready: ${statusCode}`);
  });
}

/** Its answer, of which no byte was read yet. `left`: when that happens, nobody wants it any more. */
export async function ask(method, path, body, left) {
  const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": body.length };
  const asked = http.request({ socketPath: SOCKET, method, path, headers, agent: false, signal: left });
  // After its first byte, what reads the answer hears of it.
  asked.on("error", () => {});
  asked.end(body);
  const [answer] = await once(asked, "response");
  return answer;
}

/** The events of a streamed answer, byte for byte. */
export async function* eventsOf(answer) {
  let rest = "";
  for await (const piece of answer.setEncoding("utf8")) {
    const events = (rest + piece).split(/(?<=\n\n)/);
    rest = events.at(-1).endsWith("\n\n") ? "" : events.pop();
    yield* events;
  }
  if (rest) yield rest;
}
