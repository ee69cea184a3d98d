/** No false alarm: quadlets in which nothing is wrong, and everything that is rendered. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { find, loadCases, said, type Texts } from "./cases.ts";

interface Case {
  readonly name: string;
  readonly podman?: string;
  readonly rootful?: boolean;
  readonly files: Texts;
}

const errors = (texts: Texts, podman = "5.4.2", rootful = false): string =>
  said(find(texts, { podman, rootful }).filter((finding) => finding.level === "error"));

test.each(loadCases<Case>("well-formed.yaml").map((one) => [one.name, one] as const))("%s", (_, one) => {
  expect(errors(one.files, one.podman, one.rootful)).toBe("");
});

test.each(readdirSync("quadlets"))("what %s renders to", (service) => {
  const names = readdirSync(`quadlets/${service}`).filter((name) => /\.(container|pod|network|volume)$/.test(name));
  const texts = Object.fromEntries(names.map((name) => [name, readFileSync(`quadlets/${service}/${name}`, "utf8")]));
  expect(said(find(texts))).toBe("");
});
