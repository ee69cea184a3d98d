/** The rendered rules, read back cell by cell: who may call which port, as the stack declares it. */
import { describe, expect, test } from "vitest";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import type { UserName } from "../../src/model/names.ts";
import type { DesiredState } from "../../src/model/resource.ts";
import { ownSources, renderSite, siteSources } from "./support.ts";

const ALICE = { user: "alice" as UserName, uid: 1000 };
const STRANGER = 1001;

function contentOf(state: DesiredState, end: string): string {
  return state.files.find((file) => file.path.endsWith(end))?.content ?? "";
}

/** The lines of one chain. */
function chain(state: DesiredState, name: string): readonly string[] {
  const rules = contentOf(state, "/firewall.nft");
  const body = rules.split(`  chain ${name} {\n`)[1]?.split("\n  }")[0] ?? "";
  return body.split("\n").map((line) => line.trim());
}

function holds(set: string, id: number): boolean {
  return set.split(", ").some((item) => {
    const [from = Number.NaN, to = from] = item.split("-").map(Number);
    return id >= from && id <= to;
  });
}

/** What the rules do with a new connection of a uid; as strict about their form as nft is about theirs. */
function verdict(state: DesiredState, where: "loopback" | "tailnet", port: number, uid: number): string {
  const trusted = chain(state, "outgoing").flatMap((line) => /^meta skuid \{ (.*) \} accept$/.exec(line)?.[1] ?? []);
  if (trusted.some((set) => holds(set, uid))) return "accept";
  for (const line of chain(state, where)) {
    const rule = /^tcp dport (?:\{ ([\d, ]+) \}|(\d+)) ?(?:meta skuid \{ ([\d, -]+) \} )?(accept|goto refuse)$/.exec(
      line,
    );
    const ports = rule?.[1] ?? rule?.[2];
    if (rule === null || ports === undefined || !holds(ports, port)) continue;
    if (rule[3] === undefined || holds(rule[3], uid)) return rule[4] ?? "";
  }
  return "accept";
}

describe("the default site", () => {
  const state = renderSite(siteSources(), { operators: [ALICE] });
  const index = JSON.parse(contentOf(state, INDEX_PATH)) as ServiceIndex;
  const ports = index.services.flatMap((service) => service.ports.map((port) => ({ ...port, service: service.name })));

  test("the matrix of loopback is the declared one", () => {
    const cells = ports
      .filter((port) => port.bind.includes("loopback"))
      .flatMap((port) => state.accounts.map((account) => ({ port, account })));
    expect(cells).toHaveLength(20);
    for (const { port, account } of cells) {
      const wanted = port.callers.includes(account.service) ? "accept" : "goto refuse";
      const { start, count } = account.subuid;
      for (const uid of [account.uid, start, start + count - 1])
        expect(verdict(state, "loopback", port.port, uid), `${account.user} (${uid}) to ${port.name}`).toBe(wanted);
    }
    const declared = Object.fromEntries(ports.map(({ port, callers }) => [port, callers]));
    expect(declared).toMatchObject({
      3000: ["nginx-proxy"],
      5173: ["nginx-proxy"],
      8000: ["nginx-proxy", "open-webui"],
      8080: [],
    });
  });

  test("root and the operators may call all of them, anybody else none", () => {
    for (const { port, bind } of ports.filter((one) => one.bind.includes("loopback"))) {
      expect(bind).toBeDefined();
      for (const uid of [0, ALICE.uid]) expect(verdict(state, "loopback", port, uid)).toBe("accept");
      for (const uid of [STRANGER, 65534]) expect(verdict(state, "loopback", port, uid)).toBe("goto refuse");
    }
  });

  test("services do not get round it through the tailnet address, but all may ask for names", () => {
    for (const { port, redirectFrom } of ports.filter((one) => one.bind.includes("tailnet"))) {
      const wanted = redirectFrom === undefined ? "goto refuse" : "accept";
      for (const { uid, subuid } of state.accounts) {
        expect(verdict(state, "tailnet", port, uid), `${uid} to ${port}`).toBe(wanted);
        expect(verdict(state, "tailnet", port, subuid.start)).toBe(wanted);
      }
      expect(verdict(state, "tailnet", port, STRANGER)).toBe("accept");
    }
  });

  test("on each port its own service answers, and root, and nobody else", () => {
    const rules = chain(state, "answers");
    // Of these three the rest of the chain is not asked: what is under way, other networks, and where nothing of ours listens.
    expect(rules.slice(0, 3)).toEqual([
      "tcp flags & (syn | ack) != (syn | ack) accept",
      "meta nfproto ipv6 accept",
      "ip saddr != { 127.0.0.0/8, 100.64.0.1 } accept",
    ]);
    const isHeard = (protocol: string, port: number, uid: number) =>
      rules.every((line) => {
        const rule = /^(tcp|udp) sport \{ ([\d, ]+) \} meta skuid != \{ ([\d, -]+) \} goto squatter$/.exec(line);
        if (rule === null || rule[1] !== protocol || !holds(rule[2] ?? "", port)) return true;
        return holds(rule[3] ?? "", uid);
      });
    for (const { service, port, protocols } of ports)
      for (const protocol of protocols) {
        const own = state.accounts.find((account) => account.service === service);
        for (const { uid, subuid } of state.accounts)
          for (const id of [uid, subuid.start, subuid.start + subuid.count - 1])
            expect(isHeard(protocol, port, id), `${id} on ${protocol} ${port}`).toBe(uid === own?.uid);
        expect([0, ALICE.uid, STRANGER].map((id) => isHeard(protocol, port, id))).toEqual([true, false, false]);
      }
  });

  test("nobody is called as localhost over IPv6, where nothing of ours listens", () => {
    const rules = chain(state, "outgoing");
    const rule = rules.indexOf("ip6 daddr ::1 tcp dport { 3000, 5173, 8000, 8080 } goto refuse-all");
    expect(rule).toBeGreaterThan(0);
    expect(rule).toBeLessThan(rules.findIndex((line) => line.startsWith("meta skuid {")));
  });

  test("what faces the tailnet is refused at every other interface", () => {
    expect(chain(state, "incoming")).toEqual([
      "type filter hook input priority filter; policy accept;",
      "tcp flags & (syn | ack) == syn ip daddr . tcp dport @squatted reject with tcp reset",
      'iifname { "lo", "tailscale0" } accept',
      "ip daddr 100.64.0.1 tcp dport { 80, 443, 5173, 5380, 8081, 9090, 10053 } reject with tcp reset",
      "ip daddr 100.64.0.1 udp dport { 10053 } reject",
    ]);
  });
});

test("a service without ports has no rules, a stack without any no table", () => {
  const quiet = `
description: quiet
account: { user: quiet, home: /var/lib/quiet }
containers: { quiet: { image: "docker.io/lab/quiet:1" } }
`;
  const state = renderSite(ownSources({ quiet }));
  expect([state.systemUnits, contentOf(state, "/firewall.nft")]).toEqual([[], ""]);
});

test("a name that is no word is refused with its place, and rules stay rules", () => {
  expect(() => renderSite(siteSources(), { interface: 'lo" } accept; iifname { "x' })).toThrow(
    /templates\/host\/firewall\.nft\.hbs:\d+.* cannot be written as a word without quotes/,
  );
});
