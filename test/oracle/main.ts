/** Many invented files, each read by the generator and by check: prints how often they agree, and the smallest of each way not to. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { applyFixes } from "../../src/rules/fixes.ts";
import { find, type Texts } from "../rules/cases.ts";
import { generatorIn } from "./generator.ts";
import { inventions } from "./invent.ts";
import { type Disagreement, judge } from "./judge.ts";
import { loadInputs, record } from "./recorded.ts";
import { shrink } from "./shrink.ts";

const [root = "", runs = "5000", seed = "1", shown = "25"] = process.argv.slice(2);
const generator = generatorIn(root);
const podman = generator.version;
const see = (texts: Texts) => judge(texts, podman, generator.run(texts));
const label = (one: Disagreement): string => `${one.kind}: ${one.about}`;

if (runs === "record") {
  const folder = pathToFileURL(`${process.cwd()}/test/cases/oracle/`);
  const file = new URL("recorded.json", folder);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const versions = Object.entries({ ...before, [podman]: record(generator, loadInputs(folder)) });
  const sorted = Object.fromEntries(versions.sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(sorted, undefined, 1)}\n`);
  process.exit();
}

const counts = { units: 0, refused: 0, accepted: 0, clean: 0, fixed: 0 };
const classes = new Map<string, { count: number; texts: Texts }>();

function note(texts: Texts, disagreements: readonly Disagreement[], prefix = ""): void {
  for (const name of new Set(disagreements.map((one) => prefix + label(one)))) {
    const known = classes.get(name);
    if (known === undefined) classes.set(name, { count: 1, texts });
    else known.count++;
  }
}

/** What the mechanical repairs leave. */
function repaired(texts: Texts): Texts {
  let now = texts;
  for (let round = 0; round < 10; round++) {
    const fixes = applyFixes(find(now, { podman }));
    if (fixes.length === 0) return now;
    now = { ...now, ...Object.fromEntries(fixes.map(({ file, text }) => [file.path, text])) };
  }
  throw new Error(`the repairs of ${JSON.stringify(texts)} never end`);
}

for (const texts of fc.sample(inventions(podman), { numRuns: Number(runs), seed: Number(seed) })) {
  const { refused, accepted, clean, disagreements } = see(texts);
  counts.units += refused + accepted;
  counts.refused += refused;
  counts.accepted += accepted;
  counts.clean += clean;
  note(texts, disagreements);
  const after = repaired(texts);
  if (after === texts) continue;
  counts.fixed++;
  const seen = see(after);
  note(after, seen.disagreements, "repaired, ");
}

const number = (kind: string): number =>
  [...classes].filter(([name]) => name.includes(kind)).reduce((sum, [, { count }]) => sum + count, 0);
const figures = [
  `podman ${podman}: ${runs} sets of files, seed ${seed}: ${counts.units} units`,
  `refused ${counts.refused}, of these silent ${number("refused and silent")}`,
  `accepted ${counts.accepted}, of these called refused ${number("false alarm")}, without a word ${counts.clean}, other than written and not said ${number("differs")}`,
  `repaired sets ${counts.fixed}; crashes unseen ${number("crash")}`,
];
console.log(figures.join("\n"));
const sorted = [...classes].sort(([, a], [, b]) => b.count - a.count);
for (const [name, { count, texts }] of sorted.slice(0, Number(shown))) {
  const bare = name.replace(/^repaired, /, "");
  const small = shrink(texts, (some) => see(some).disagreements.some((one) => label(one) === bare));
  const why = see(small).disagreements.find((one) => label(one) === bare)?.detail ?? "";
  console.log(`\n${count} times ${name}\n  ${JSON.stringify(small)}\n  ${why.slice(0, 600)}`);
}
if (classes.size > 0) process.exitCode = 1;
