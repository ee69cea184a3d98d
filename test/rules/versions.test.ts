/** For each podman of the key table: files with its newest keys are clean there, and one version earlier each key is named with the version. */
import { expect, test } from "vitest";
import { keysOfSection } from "../../src/quadlet/keys.ts";
import { KINDS, sectionOf } from "../../src/rules/unit-set.ts";
import { find, loadOne, said, type Texts } from "./cases.ts";

const VERSIONS = "4.4 4.5 4.6 4.7 4.8 4.9 5.0 5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 6.0 6.1".split(" ");

const newest = loadOne<Readonly<Record<string, Texts>>>("newest.yaml");

const keys = KINDS.flatMap((kind) =>
  Object.entries(keysOfSection(sectionOf(kind)) ?? {}).map(([key, { since, flag }]) => ({ kind, key, since, flag })),
).filter(({ since }) => since !== VERSIONS[0]);

/** "container.Memory", for each assignment that is new with this version. */
function written(version: string): readonly string[] {
  const names = Object.entries(newest[version] ?? {}).flatMap(([file, text]) =>
    [...text.matchAll(/^(\w+)=/gm)].map(([, key]) => `${file.split(".").at(-1)}.${key}`),
  );
  return [...new Set(names)].filter((name) =>
    keys.some(({ kind, key, since }) => since === version && name === `${kind}.${key}`),
  );
}

test.each(Object.keys(newest))("podman %s", (version) => {
  const before = VERSIONS[VERSIONS.indexOf(version) - 1] ?? "";
  const fresh = keys.filter(({ since }) => since === version);
  const texts = newest[version] ?? {};
  expect([...written(version)].sort()).toEqual(fresh.map(({ kind, key }) => `${kind}.${key}`).sort());
  expect(said(find(texts, { podman: `${version}.0` }))).toBe("");

  const early = find(texts, { podman: `${before}.0` }).filter(({ rule }) => rule === "key-too-new");
  for (const { kind, key, flag } of fresh) {
    const named = early.filter(
      ({ file, line }) => file.endsWith(`.${kind}`) && lineOf(texts[file], line).startsWith(`${key}=`),
    );
    expect(named.length, `${kind}.${key}`).toBeGreaterThan(0);
    for (const { level, message, hint } of named) {
      expect({ level, message }).toEqual({
        level: "error",
        message: `needs podman ${version}, this host has ${before}.0`,
      });
      expect(hint).toBe(flag === undefined ? "there is no option that does the same" : `use PodmanArgs=${flag}...`);
    }
  }
});

test("every version of the table is tried", () => {
  expect(Object.keys(newest).sort()).toEqual([...new Set(keys.map(({ since }) => since))].sort());
  expect(Object.keys(newest).filter((version) => !VERSIONS.includes(version))).toEqual([]);
});

function lineOf(text = "", line = 0): string {
  return text.split("\n")[line - 1] ?? "";
}
