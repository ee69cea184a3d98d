/** Runs test/cases/raw/adopt.yaml: quadlets in, a service file out, and the configuration takes what came of it. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { resolveStack } from "../../src/config/resolve.ts";
import { adopt } from "../../src/raw/adopt.ts";
import { ownSources } from "../render/support.ts";

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly service: string;
  readonly changes: readonly string[];
  readonly differences: readonly string[];
  readonly units: readonly string[];
}

const cases = parse(readFileSync(new URL("../cases/raw/adopt.yaml", import.meta.url), "utf8")) as readonly Case[];

test.each(cases)("$name", ({ files, service, changes, differences, units }) => {
  const found = Object.entries(files).map(([name, content]) => ({ path: `old/${name}`, name, content }));
  const adopted = adopt("web", found, "5.4.2");
  expect(adopted.service).toBe(service);
  expect(adopted.changes.map(({ line, before, after }) => `${line}: ${before} > ${after}`)).toEqual(changes);
  expect(adopted.differences).toEqual(differences);
  expect(adopted.units).toEqual(units);
  const left = (text: string) => text.split("\n").filter((line) => !/^(PublishPort|Secret)=/.test(line));
  for (const file of adopted.files) expect(left(file.content)).toEqual(left(files[file.name] ?? ""));
  const texts = Object.fromEntries(adopted.files.map((file) => [`web/${file.name}`, file.content]));
  const [taken] = resolveStack(ownSources({ web: adopted.service }, texts)).services;
  expect(taken?.quadlets.map((file) => file.name).sort()).toEqual(Object.keys(files).sort());
});
