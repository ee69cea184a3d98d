/** On small files `check` says what podman's generators did with them, which is recorded (scripts/soak oracle: many more, live). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rules } from "../../src/rules/all.ts";
import { judge, REFUSALS } from "./judge.ts";
import { asOutcome, loadInputs, type Recorded } from "./recorded.ts";

const folder = new URL("../cases/oracle/", import.meta.url);
const inputs = loadInputs(folder);
const recorded = JSON.parse(readFileSync(new URL("recorded.json", folder), "utf8")) as Recorded;

describe.each(Object.entries(recorded))("podman %s", (podman, outcomes) => {
  test.each(inputs.map((input) => [input.what, input] as const))("%s", (what, { files }) => {
    const outcome = outcomes[what];
    if (outcome === undefined) throw new Error("not recorded: node scripts/oracle.mjs ROOT record");
    expect(judge(files, podman, asOutcome(outcome)).disagreements).toEqual([]);
  });

  test("the judge sees a word that is missing, a unit that is gone, and one that is there", () => {
    const { files } = inputs[0] ?? { files: {} };
    const outcome = asOutcome(outcomes[inputs[0]?.what ?? ""] ?? { made: {}, said: "", code: 0 });
    const kinds = (changed: typeof outcome, texts = files): readonly string[] =>
      judge(texts, podman, changed).disagreements.map((one) => `${one.kind}: ${one.about}`);
    const made = new Map(
      [...outcome.made].map(([name, one]) => {
        const lines = one.lines.map(([section, key, value]) => [section, key, value.replace(" -d", "")] as const);
        return [name, { ...one, lines }];
      }),
    );
    expect(kinds({ ...outcome, made })).toEqual(["differs: Container.Notify|Service.Type"]);
    expect(kinds({ ...outcome, made: new Map() })).toEqual(["refused and silent: "]);
    expect(kinds(outcome, { "q/a.container": "[Container]\n" })).toEqual(["false alarm: no-image"]);
  });
});

test("what is said to be refused is said by a rule", () => {
  const ids = new Set([...rules.map((rule) => rule.id)]);
  expect([...REFUSALS].filter((id) => !ids.has(id))).toEqual([]);
  expect(Object.keys(recorded)).toEqual(["5.4.2", "5.8.6"]);
});
