/** The group of readers: the host's own, of people, and reached by sudo. */
import { expect, test } from "vitest";
import type { HostFacts } from "../../src/model/facts.ts";
import { chooseReaders } from "../../src/plan/choose-readers.ts";
import { settledWorld } from "./support.ts";

const { host } = settledWorld();
const at = { file: "stack.yaml", line: 1, column: 10, path: "readers" };
const GROUPS = [...host.groups, { name: "lookers", gid: 1005 }, { name: "adm", gid: 4 }, { name: "toor", gid: 0 }];
const system = { user: "www-data", uid: 33, gid: 33, home: "/var/www" } as unknown as HostFacts["accounts"][number];
const ada = { user: "ada", uid: 1005, gid: 1005, home: "/home/ada" } as unknown as HostFacts["accounts"][number];

test.each<[string, string | undefined, Partial<HostFacts>, string | object | undefined]>([
  ["none", undefined, { hasSudo: false }, undefined],
  ["one of people", "lookers", {}, { group: "lookers", gid: 1005 }],
  ["one of the distribution that no program is in", "adm", {}, { group: "adm", gid: 4 }],
  ["one person's own", "lookers", { accounts: [ada] }, { group: "lookers", gid: 1005 }],
  ["one that is not there", "looker", {}, "this host has no group named looker"],
  ["root's, by another name", "toor", {}, "toor is root's group"],
  [
    "a service's",
    "web",
    { groups: [{ name: "web", gid: 33 }], accounts: [system] },
    "web is the group of www-data, and readers are people",
  ],
  ["without sudo", "lookers", { hasSudo: false }, "this host has no sudo, by which readers look"],
])("%s", (_, readers, facts, wanted) => {
  const found = chooseReaders({ readers, written: { readers: at } }, { ...host, groups: GROUPS, ...facts });
  const said = found.findings.map(({ message }) => message);
  if (typeof wanted !== "string") return expect(found).toEqual({ readers: wanted, findings: [] });
  expect([found.readers, said, found.findings[0]?.at]).toEqual([undefined, [wanted], at]);
});

test("what makes the group is to be pasted", () => {
  const { findings } = chooseReaders({ readers: "lookers", written: { readers: at } }, { ...host, groups: [] });
  expect(findings[0]?.hint).toBe("sudo groupadd lookers, and for each who may look: sudo usermod -aG lookers USER");
});
