/** Ways of Tailscale past the rules, or in front of the services: refused, each with what to do. */
import { expect, test } from "vitest";
import type { HostFacts } from "../../src/model/facts.ts";
import type { Stack } from "../../src/model/service.ts";
import { tailnetFindings } from "../../src/plan/tailnet.ts";
import { TAILNET } from "./support.ts";

const STACK = {
  services: [
    {
      name: "web",
      ports: [
        { name: "https", host: 443, bind: ["tailnet"] },
        { name: "api", host: 8000, bind: ["loopback"] },
        { name: "dns", host: 10053, redirectFrom: 53, bind: ["tailnet"] },
      ],
    },
  ],
} as unknown as Pick<Stack, "services">;

const NOTHING_SERVED: HostFacts["served"] = { ports: [], services: [] };

function messages(tailnet: Partial<HostFacts["tailnet"]>, served: Partial<HostFacts["served"]>): readonly string[] {
  const host = { tailnet: { ...TAILNET, ...tailnet }, served: { ...NOTHING_SERVED, ...served } };
  return tailnetFindings(STACK, host).map(({ message, hint }) => `${message}; ${hint}`);
}

test("a host as most are", () => {
  expect(messages({}, {})).toEqual([]);
  expect(messages({ running: false, version: undefined }, { ports: [22, 8443] })).toEqual([]);
});

test("userspace mode", () => {
  expect(messages({ userspace: true }, {})).toEqual([
    expect.stringMatching(/userspace mode: .*; start .*without --tun/),
  ]);
});

test.each<[string | undefined, boolean]>([
  ["1.88.0", true],
  ["1.98.5", true],
  ["1.98.8", true],
  ["1.98.9", false],
  ["1.98.10", false],
  ["1.99.1", true],
  ["1.100.0", true],
  ["1.101.9", true],
  ["1.102.0", false],
  ["1.104.2", false],
  ["2.0.0", false],
  [undefined, false],
])("Services with Tailscale %s: refused is %s", (version, refused) => {
  const found = messages({ version }, { services: ["svc:chat", "svc:llm"] });
  expect(found).toHaveLength(refused ? 1 : 0);
  if (refused)
    expect(found[0]).toContain(`Tailscale ${version} hands calls for the Services of this host (svc:chat, svc:llm)`);
  expect(messages({ version }, {})).toEqual([]);
});

test("what is served at a port that faces the tailnet, by the number that others call", () => {
  expect(messages({}, { ports: [53, 443, 8000, 10_053] })).toEqual([
    expect.stringMatching(
      /port 443 of this host: .* reach web there; .*--https=443 off; or set services\.web\.ports\.https/,
    ),
    expect.stringMatching(/port 53 of this host: .*services\.web\.ports\.dns/),
  ]);
});
