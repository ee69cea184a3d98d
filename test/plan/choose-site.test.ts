/** Address, interface and operators: what a stack leaves to the host, and what the last run decided. */
import { describe, expect, test } from "vitest";
import type { DecidedFact, HostFacts } from "../../src/model/facts.ts";
import type { Address, UserName } from "../../src/model/names.ts";
import { chooseAddress, chooseInterface, chooseOperators } from "../../src/plan/choose-site.ts";
import { settledWorld, TAILSCALE_DOWN } from "./support.ts";

const { host } = settledWorld();
const at = { file: "stack.yaml", line: 2, column: 9, path: "listen" };

function decided(changes: object): Partial<HostFacts> {
  return { decided: { address: undefined, interface: undefined, operators: undefined, ...changes } as DecidedFact };
}

describe("the address", () => {
  const down = { tailnet: TAILSCALE_DOWN };
  test.each<[string, string, Partial<HostFacts>, string | object]>([
    ["auto is Tailscale's", "auto", {}, "100.64.0.1"],
    ["one of the host", "192.0.2.10", {}, "192.0.2.10"],
    [
      "Tailscale is down: the last one stands",
      "auto",
      { ...down, ...decided({ address: "100.64.0.7" }) },
      "100.64.0.7",
    ],
    ["a new one wins over the last", "auto", decided({ address: "100.64.0.7" }), "100.64.0.1"],
    ["not there yet, but Tailscale's", "100.127.0.9", down, "100.127.0.9"],
    [
      "the last one was another network's",
      "auto",
      { ...down, ...decided({ address: "192.0.2.9" }) },
      { message: "this host has no Tailscale IPv4 address" },
    ],
    ["no Tailscale at all", "auto", down, { message: "this host has no Tailscale IPv4 address" }],
    [
      "of another host",
      "192.0.2.99",
      {},
      {
        at,
        message: "192.0.2.99 is not an address of this host",
        hint: expect.stringContaining("192.0.2.10, 100.64.0.1"),
      },
    ],
    [
      "of another host of the tailnet",
      "100.64.0.2",
      {},
      {
        at,
        message: "100.64.0.2 is not the Tailscale address of this host",
        hint: expect.stringContaining("100.64.0.1"),
      },
    ],
    ["above Tailscale's range", "100.128.0.1", down, { at, message: "100.128.0.1 is not an address of this host" }],
  ])("%s", (_, listen, facts, wanted) => {
    const found = chooseAddress({ listen, written: { listen: at } }, { ...host, ...facts });
    if (typeof wanted === "string") expect(found).toBe(wanted);
    else expect(found).toMatchObject(wanted);
  });
});

test.each<[string, string, Partial<HostFacts>, string]>([
  ["the one that has the address", "auto", { interfaces: new Map([["100.64.0.1", "ts7"]]) }, "ts7"],
  ["as the site says", "wt0", {}, "wt0"],
  ["the last one while it is away", "auto", decided({ address: "100.64.0.1", interface: "ts8" }), "ts8"],
  ["not that of another address", "auto", decided({ address: "100.64.0.2", interface: "ts8" }), "tailscale0"],
])("the interface: %s", (_, name, facts, wanted) => {
  const found = chooseInterface({ interface: name }, "100.64.0.1" as Address, {
    ...host,
    interfaces: new Map(),
    ...facts,
  });
  expect(found).toBe(wanted);
});

describe("the operators", () => {
  const people = { ...host, accounts: [...host.accounts, account("alice", 1000), account("bob", 1001)] };

  function account(user: string, uid: number): HostFacts["accounts"][number] {
    return { user, uid, gid: uid, home: `/home/${user}` } as unknown as HostFacts["accounts"][number];
  }

  function choose(operators: readonly string[] | "auto", facts: object = {}): readonly (string | undefined)[] {
    const places = operators === "auto" ? [] : operators.map((_, index) => ({ ...at, path: `operators.${index}` }));
    const stack = { operators: operators as readonly UserName[] | "auto", written: { operators: places } };
    const chosen = chooseOperators(stack, { ...people, ...facts } as HostFacts);
    return [
      ...chosen.operators.map(({ user, uid }) => `${user} ${uid}`),
      ...chosen.findings.map((finding) => `${finding.at?.path}: ${finding.message}`),
    ];
  }

  test.each<[string, readonly string[] | "auto", object, readonly string[]]>([
    ["who ran sudo", "auto", { sudoUser: "alice" }, ["alice 1000"]],
    ["root itself", "auto", {}, []],
    ["somebody who is not known here", "auto", { sudoUser: "mallory" }, []],
    ["the first one stays", "auto", { sudoUser: "bob", ...decided({ operators: ["alice"] }) }, ["alice 1000"]],
    ["nobody stays nobody", "auto", { sudoUser: "bob", ...decided({ operators: [] }) }, []],
    ["before it was remembered", "auto", { sudoUser: "bob", ...decided({}) }, ["bob 1001"]],
    ["one who left the host", "auto", decided({ operators: ["carol", "alice"] }), ["alice 1000"]],
    ["the stack's own", ["bob"], { sudoUser: "alice", ...decided({ operators: ["alice"] }) }, ["bob 1001"]],
    ["nobody, on purpose", [], { sudoUser: "alice" }, []],
    ["one that is not there", ["bob", "carol"], {}, ["bob 1001", "operators.1: this host has no user named carol"]],
  ])("%s", (_, operators, facts, wanted) => {
    expect(choose(operators, facts)).toEqual(wanted);
  });
});
