/**
 * Prints what the gateway adds to a model that is asked directly: the product's own commands, turn by turn, in the lab. On a host of your
 * own: `sudo vllm-manage bench --json` and `sudo gateway-manage load MODEL --json`.
 */
import { $ } from "zx";
import { median } from "./median.mjs";

const ROUNDS = Number(process.argv[2] ?? "3");
const MODEL = "qwen";
const FEW = { atOnce: 8, tokens: 11 };
/** Nothing but the way: one token each. */
const MANY = { atOnce: 32, tokens: 1 };
const SECONDS = 10;
const BASE = "directly";

async function measured(program, argv, { atOnce, tokens }) {
  const all = [program, ...argv, "--concurrency", atOnce, "--tokens", tokens, "--seconds", SECONDS, "--json"];
  const { stdout } = await $({ quiet: true })`scripts/lab exec -- ${all.map(String)}`;
  return JSON.parse(stdout);
}

async function engine(wanted, way) {
  const { measured: ways } = await measured("vllm-manage", ["bench", "--way", way, "--requests", "10000"], wanted);
  const [{ firstToken, betweenTokens, answers, seconds, errors }] = ways[0].levels;
  return { first: firstToken.median, between: betweenTokens?.median, rate: answers / seconds, errors };
}

async function gateway(wanted) {
  const [{ firstToken, betweenTokens, requestsPerSecond, errors }] = (
    await measured("gateway-manage", ["load", MODEL, "--yes"], wanted)
  ).levels;
  return { first: firstToken.p50, between: betweenTokens?.p50, rate: requestsPerSecond, errors };
}

const WAYS = {
  [BASE]: (wanted) => engine(wanted, "direct"),
  "through the proxy": (wanted) => engine(wanted, "proxy"),
  "through the gateway": gateway,
};
const rows = Object.keys(WAYS).map((name) => ({ name, few: [], many: [] }));
for (let round = 0; round < ROUNDS; round++) {
  for (const [kind, wanted] of Object.entries({ few: FEW, many: MANY })) {
    for (const row of rows) {
      const one = await WAYS[row.name](wanted);
      if (Object.keys(one.errors).length > 0) throw new Error(`${row.name}: ${JSON.stringify(one.errors)}`);
      row[kind].push(one);
    }
  }
}

/** Round by round against the base, then the median: what slows the machine for a while slows both. */
const against = (row, kind, of, compare) => {
  const [base] = rows;
  return median(row[kind].map((one, round) => compare(one[of], base[kind][round][of])));
};
const added = (row, of) => {
  const more = against(row, "few", of, (own, base) => own - base);
  return `${median(row.few.map((one) => one[of])).toFixed(1)} ms (${more < 0 ? "" : "+"}${more.toFixed(1)})`;
};
const HEADINGS = ["first token", "between tokens", "requests/s of one token"];
console.log(`${"".padEnd(22)}${HEADINGS.map((heading) => heading.padStart(26)).join("")}`);
for (const row of rows) {
  const ratio = against(row, "many", "rate", (own, base) => own / base);
  const rate = `${median(row.many.map((one) => one.rate)).toFixed(0)} (${ratio.toFixed(2)} x)`;
  const cells = [added(row, "first"), added(row, "between"), rate];
  console.log(`${row.name.padEnd(22)}${cells.map((cell) => cell.padStart(26)).join("")}`);
}
