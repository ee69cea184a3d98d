/** For each podman of the key table: its newest keys are known there, and one version earlier they are named with the version. */
import { expect, test } from "vitest";
import { keysOfSection } from "../../src/quadlet/keys.ts";
import { KINDS, sectionOf } from "../../src/rules/unit-set.ts";
import { find } from "./cases.ts";

const VERSIONS = "4.4 4.5 4.6 4.7 4.8 4.9 5.0 5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 6.0 6.1".split(" ");

const keys = KINDS.flatMap((kind) =>
  Object.entries(keysOfSection(sectionOf(kind)) ?? {}).map(([key, { since, flag }]) => ({ kind, key, since, flag })),
).filter(({ since }) => since !== VERSIONS[0]);

function tooNew(kind: string, key: string, podman: string) {
  const texts = { [`a.${kind}`]: `[${kind.charAt(0).toUpperCase()}${kind.slice(1)}]\n${key}=1\n` };
  return find(texts, { podman }).filter(({ rule }) => rule === "key-too-new");
}

test.each(VERSIONS.slice(1))("podman %s", (version) => {
  const before = VERSIONS[VERSIONS.indexOf(version) - 1] ?? "";
  for (const { kind, key, flag } of keys.filter(({ since }) => since === version)) {
    expect(tooNew(kind, key, version)).toEqual([]);
    const hint = flag === undefined ? "there is no option that does the same" : `use PodmanArgs=${flag}...`;
    expect(tooNew(kind, key, before)).toMatchObject([
      { message: `needs podman ${version}, this host has ${before}`, hint },
    ]);
  }
});

test("every version of the table is tried", () => {
  expect([...new Set(keys.map(({ since }) => since))].filter((since) => !VERSIONS.includes(since))).toEqual([]);
});
