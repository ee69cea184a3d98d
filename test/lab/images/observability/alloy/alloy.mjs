// Alloy stand-in: reads its real configuration, follows the journal with journalctl, hands lines to Loki, and asks dnsmasq.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import { createInterface } from "node:readline";
import { Contract, endOnSignal, listen } from "../../lib/contract.mjs";
import { request, send } from "../../lib/http.mjs";
import { parseConfig } from "./config.mjs";
import { dnsmasqMetrics } from "./dnsmasq.mjs";

const contract = new Contract("alloy");
const [verb, ...rest] = process.argv.slice(2);
const FLAGS = ["server.http.listen-addr", "storage.path", "disable-reporting"];
const options = {};
const files = rest.filter((word) => !word.startsWith("--"));
for (const word of rest.filter((one) => one.startsWith("--"))) {
  const [name, value = true] = word.slice(2).split("=");
  if (contract.need(FLAGS.includes(name), `unknown flag: --${name}`)) options[name] = value;
}
contract.need(verb === "run" && files.length === 1, "usage: alloy run [flags] FILE");
contract.need(options["disable-reporting"] === true, "--disable-reporting is missing: it would report its usage");
contract.writable(options["storage.path"] ?? "data-alloy", "positions and write-ahead logs");
let blocks = [];
try {
  blocks = parseConfig(readFileSync(files[0], "utf8"));
} catch (error) {
  contract.need(false, `${files[0]}: ${error.message}`);
}
const component = (reference) =>
  blocks.find(({ name, label }) => reference === `${name}.${label}` || reference.startsWith(`${name}.${label}.`));
for (const block of blocks) {
  for (const value of Object.values(block.attributes).flat()) {
    const { reference } = Object(value);
    if (reference !== undefined)
      contract.need(component(reference), `component "${reference}" does not exist or is out of scope`);
  }
}
contract.enforce();

const KEYWORDS = ["emerg", "alert", "crit", "error", "warning", "notice", "info", "debug"];
let [sent, failures] = [0, 0];

/** `__journal_` and the field in small letters, and the word for its priority. */
function labelsOf(entry, own) {
  const fields = Object.entries(entry).map(([name, value]) => [`__journal_${name.toLowerCase()}`, String(value)]);
  return { ...own, ...Object.fromEntries(fields), __journal_priority_keyword: KEYWORDS[entry.PRIORITY] ?? "" };
}

/** The labels that are left, or undefined for what is dropped. */
function relabel(labels, rules) {
  for (const { attributes } of rules) {
    const { source_labels = [], regex = "(.*)", target_label, replacement = "$1", action = "replace" } = attributes;
    const value = source_labels.map((name) => labels[name] ?? "").join(";");
    const match = new RegExp(`^(?:${regex})$`, "s").exec(value);
    if (action === "keep" && match === null) return undefined;
    if (action === "drop" && match !== null) return undefined;
    if (action === "replace" && match !== null)
      labels[target_label] = replacement.replace(/\$\{?(\d+)\}?/g, (_, group) => match[Number(group)] ?? "");
  }
  return Object.fromEntries(Object.entries(labels).filter(([name, value]) => !name.startsWith("__") && value !== ""));
}

function follow({ attributes }) {
  const { path, max_age: age, labels: own, relabel_rules: rules, forward_to: to } = attributes;
  const rulesOf = rules === undefined ? [] : component(rules.reference).blocks;
  const { url } = component(to[0].reference).blocks[0].attributes;
  // A journal that it may not read is no error to Alloy, either: it collects nothing.
  const argv = [`--directory=${path}`, "--output=json", "--follow", `--since=-${age}`, "--lines=2000", "--quiet"];
  const journal = spawn("journalctl", argv, { stdio: ["ignore", "pipe", "inherit"] });
  let waiting = [];
  createInterface({ input: journal.stdout }).on("line", (line) => {
    const entry = JSON.parse(line);
    const labels = relabel(labelsOf(entry, own), rulesOf);
    if (labels === undefined) return;
    const message = Array.isArray(entry.MESSAGE) ? Buffer.from(entry.MESSAGE).toString() : String(entry.MESSAGE ?? "");
    waiting.push({ stream: labels, values: [[`${entry.__REALTIME_TIMESTAMP}000`, message]] });
  });
  setInterval(async () => {
    const streams = waiting;
    if (streams.length === 0) return;
    waiting = [];
    const headers = { "content-type": "application/json" };
    const answer = await request(url, { method: "POST", headers, body: JSON.stringify({ streams }) }).catch(
      (error) => ({
        status: 0,
        body: error.message,
      }),
    );
    if (answer.status === 204) {
      sent += streams.length;
      return;
    }
    failures++;
    process.stderr.write(`alloy: ${url} answers ${answer.status}: ${answer.body}\n`);
    waiting = [...streams, ...waiting].slice(-5000);
  }, 1000);
}

const metrics = () =>
  `loki_write_sent_entries_total ${sent}\nloki_write_failures_total ${failures}\nalloy_build_info{version="v1.19.2"} 1\n`;

async function route(incoming, response) {
  if (incoming.url === "/metrics") return send(response, 200, metrics());
  if (incoming.url === "/-/ready") return send(response, 200, "Alloy is ready.\n");
  const [, reference] =
    /^\/api\/v0\/component\/(prometheus\.exporter\.dnsmasq\.\w+)\/metrics$/.exec(incoming.url) ?? [];
  const exporter = reference === undefined ? undefined : component(reference);
  if (exporter === undefined) return send(response, 404, "404 page not found\n");
  return send(response, 200, await dnsmasqMetrics(exporter.attributes.address));
}

for (const block of blocks.filter(({ name }) => name === "loki.source.journal")) follow(block);
endOnSignal("alloy");
const [, host, port] = /^(.*):(\d+)$/.exec(options["server.http.listen-addr"] ?? "127.0.0.1:12345");
const server = http.createServer((incoming, response) =>
  route(incoming, response).catch((error) => send(response, 500, `${error.message}\n`)),
);
await listen("alloy", server, port, host);
