/** Requests, streams and delay through one variant of the proxy, on the lab host: { name, port, scheme, host }. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { get as getPlain } from "node:http";
import { Agent, get } from "node:https";

/** Where wrk was unpacked. */
const TOOLS = new URL(".", import.meta.url).pathname;
const CA = readFileSync("/var/lib/install-quadlets/ca/ca.crt");

/** wrk's own figure for a path, with that many connections. */
function wrk({ scheme, host, port }, path, connections, figure) {
  const argv = ["-t1", `-c${connections}`, "-d3s", "--timeout=30s", `${scheme}://${host}:${port}${path}`];
  const env = { LD_LIBRARY_PATH: `${TOOLS}/usr/lib/x86_64-linux-gnu` };
  const out = execFileSync(`${TOOLS}/usr/bin/wrk`, argv, { encoding: "utf8", env, timeout: 60_000 });
  if (out.includes("Non-2xx")) throw new Error(`${argv.at(-1)}: ${out}`);
  const errors = /Socket errors: .*/.exec(out);
  if (errors !== null) console.error(`${argv.at(-1)}: ${errors[0]}`);
  const [, number, unit] = new RegExp(`${figure}/sec:\\s+([\\d.]+)([KMG]?)`).exec(out);
  return Number(number) * 1024 ** " KMG".indexOf(unit || " ");
}

/** Requests a second, and the processor time of each: that figure stays the same when others use the machine. */
export async function measureRequests(variant) {
  const [before, begun] = [processorTime(), performance.now()];
  const rate = wrk(variant, "/v1/short", 16, "Requests");
  const requests = (rate * (performance.now() - begun)) / 1000;
  return { rate, microseconds: (processorTime() - before) / requests };
}

/** Microseconds that everything on the way has used so far: the proxy, its network and its log. */
function processorTime() {
  const ticks = readdirSync("/proc").map((pid) => {
    const stat = /^\d+$/.test(pid) ? statOf(pid) : "";
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    return /^(nginx|pasta|conmon|systemd-journal)/.test(name) ? Number(user) + Number(system) : 0;
  });
  // A tick is 10 ms (sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on).
  return ticks.reduce((sum, count) => sum + count, 0) * 10_000;
}

/** Requests a second that the service answers after 5 ms, as the quickest of real services does. */
export async function measureWaiting(variant) {
  return wrk(variant, "/v1/short?pause=5", 16, "Requests");
}

/** Bytes a second of small events, each written by itself, as fast as they are taken. */
export async function measureStreams(variant) {
  return wrk(variant, "/v1/stream?tokens=1000&pause=0", 8, "Transfer");
}

/** The same at a thousand tokens a second in each stream, which is more than a model writes. */
export async function measurePaced(variant) {
  return wrk(variant, "/v1/stream?tokens=1000&pause=1", 8, "Transfer");
}

/** Empty for a process that has ended meanwhile. */
function statOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

/** Milliseconds from the write in the service to the read in the client, the median over 8 streams with a token every 20 ms. */
export async function measureDelay({ scheme, host, port }) {
  const url = `${scheme}://${host}:${port}/v1/stream?tokens=100&pause=20`;
  const delays = (await Promise.all(Array.from({ length: 8 }, () => readStream(url)))).flat();
  return delays.sort((a, b) => a - b)[delays.length >> 1];
}

function readStream(url) {
  const secure = url.startsWith("https:");
  const signal = AbortSignal.timeout(60_000);
  const options = secure ? { agent: new Agent({ ca: CA }), servername: new URL(url).hostname, signal } : { signal };
  return new Promise((resolve, reject) => {
    const request = (secure ? get : getPlain)(url, options, (response) => {
      const delays = [];
      response.setEncoding("utf8").on("data", (text) => {
        const now = process.hrtime.bigint();
        for (const [, at] of text.matchAll(/"at": "(\d+)"/g)) delays.push(Number(now - BigInt(at)) / 1e6);
      });
      response.on("error", reject);
      response.on("end", () =>
        response.statusCode === 200 ? resolve(delays) : reject(new Error(`${url}: ${response.statusCode}`)),
      );
    });
    request.on("error", reject);
  });
}
