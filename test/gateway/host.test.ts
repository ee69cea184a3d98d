/** What `check` says about the host: ports that others hold, and a generated file that is not what it was. */
import { expect, test } from "vitest";
import { takenPorts } from "../../src/cli/check-host.ts";
import { outOfStep } from "../../src/gateway/checks/host.ts";
import type { AccountFact, ListenerFact } from "../../src/model/facts.ts";
import { resolve } from "./support.ts";

const stack = resolve({});
const account = { user: "gateway-user", uid: 810, gid: 810, home: "/var/lib/gateway" } as AccountFact;
const listener = (change: Partial<ListenerFact>): ListenerFact => ({
  protocol: "tcp",
  address: "127.0.0.1",
  port: 4000,
  process: "",
  uid: 1000,
  ...change,
});

test.each<[string, readonly ListenerFact[], readonly string[]]>([
  ["nobody", [], []],
  ["its own service", [listener({ uid: 810 })], []],
  ["somebody at another port", [listener({ port: 4002 })], []],
  ["somebody at another protocol", [listener({ protocol: "udp" })], []],
  [
    "somebody else",
    [listener({ process: "node (pid 7)" })],
    ["port 4000 (tcp) of gateway is already taken on 127.0.0.1 by node (pid 7)"],
  ],
  [
    "somebody at every address, and another one",
    [listener({ address: "0.0.0.0" }), listener({ port: 8000 })],
    [
      "port 8000 (tcp) of vllm-qwen is already taken on 127.0.0.1 by a program of uid 1000",
      "port 4000 (tcp) of gateway is already taken on 0.0.0.0 by a program of uid 1000",
    ],
  ],
])("ports-free, held by %s", (_, listeners, messages) => {
  const found = takenPorts(stack, [account], listeners);
  expect(found.map(({ message }) => message)).toEqual(messages);
  expect(found.every(({ check, level }) => check === "ports-free" && level === "error")).toBe(true);
});

test.each([
  ["as it was made", "a", false],
  ["changed", "b", true],
  ["emptied", "", true],
  ["not applied yet", undefined, false],
])("generated-in-step, %s", (_, found, isStale) => {
  expect(outOfStep([{ path: "/x", wanted: "a", found }])).toHaveLength(isStale ? 1 : 0);
});
