/** Whether anybody outside reaches a service, as data: what it opens, and which addresses the host has. */
import { expect, test } from "vitest";
import { judgeAddress } from "../../src/apps/judge-address.ts";
import type { IndexedPort } from "../../src/model/index-file.ts";

const port = (...bind: IndexedPort["bind"]): IndexedPort => ({
  name: "web",
  port: 443,
  protocols: ["tcp"],
  bind,
  redirectFrom: undefined,
  callers: [],
});
const TAILNET = "100.101.102.103";

test.each([
  ["it is there", [port("tailnet")], TAILNET, ["192.0.2.10", TAILNET], undefined],
  ["it opens nothing for others", [port("loopback")], TAILNET, [], undefined],
  ["it opens nothing", [], TAILNET, [], undefined],
  ["Tailscale is down", [port("loopback"), port("tailnet")], TAILNET, ["192.0.2.10"], "sudo tailscale up"],
  [
    "of the network in the house",
    [port("loopback", "tailnet")],
    "192.0.2.10",
    ["192.0.2.11"],
    /^bring the interface up/,
  ],
] as const)("%s", (_, ports, address, addresses, hint) => {
  const judged = judgeAddress({ ports }, { address }, addresses);
  if (hint === undefined) return expect(judged).toBeUndefined();
  expect(judged).toEqual({
    word: "degraded",
    sentence: `nobody outside reaches it: this host has no address ${address} now`,
    hint: expect.stringMatching(hint),
  });
});
