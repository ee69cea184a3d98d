/** The faults of mutations.yaml are tried in the soak only; that each still finds its line is asked here. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
}

test("each fault finds the one place that it is made at", () => {
  const mutations = parse(readFileSync("test/mutations.yaml", "utf8")) as readonly Mutation[];
  expect(mutations.length).toBeGreaterThan(200);
  const lost = mutations.filter(({ file, from }) => readFileSync(file, "utf8").split(from).length !== 2);
  expect(lost.map(({ what, file }) => `${file}: ${what}`)).toEqual([]);
});
