/** What is asked of a host before anything is planned. */
import { describe, expect, test } from "vitest";
import type { HostFacts, ListenerFact } from "../../src/model/facts.ts";
import type { Family } from "../../src/model/os.ts";
import { stepsOf } from "../../src/model/plan.ts";
import type { Stack } from "../../src/model/service.ts";
import { formatPlan } from "../../src/plan/format.ts";
import { lackingPrograms, packagesPlan } from "../../src/plan/packages.ts";
import { portsTaken, preflight } from "../../src/plan/preflight.ts";
import { planAsJson } from "../../src/plan/summary.ts";
import { settledWorld } from "./support.ts";

const { host } = settledWorld();

describe("the host", () => {
  test("a good one: no finding", () => {
    expect(preflight(host)).toEqual([]);
    expect(preflight({ ...host, podmanVersion: "10.0.0" })).toEqual([]);
  });

  test.each<[string, Partial<HostFacts>, string, string]>([
    ["not root", { effectiveUid: 1000 }, "this needs root", "sudo"],
    ["no systemd", { systemdVersion: undefined }, "systemd is not running as PID 1", "booted with systemd"],
    ["podman 4.9", { podmanVersion: "4.9.3" }, "podman 4.9.3 is too old", "Debian 13"],
    [
      "none, and the distribution's is too old",
      { podmanVersion: undefined, podmanOffered: "4.3.1+ds1" },
      "podman 4.3.1+ds1, which Debian GNU/Linux 13 (trixie) has, is too old",
      "Debian 13",
    ],
  ])("%s", (_, facts, message, hint) => {
    const findings = preflight({ ...host, ...facts });
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toContain(message);
    expect(findings[0]?.hint).toContain(hint);
  });

  test("all at once", () => {
    const bad = { ...host, effectiveUid: 1, systemdVersion: undefined };
    expect(preflight({ ...bad, podmanVersion: "4.0.0" })).toHaveLength(3);
  });
});

describe("packages", () => {
  const family = "debian" as const;
  const summaryOf = (facts: Partial<HostFacts>, on: Family = family) => {
    const lacking = lackingPrograms({ ...host, ...facts });
    return lacking && stepsOf(packagesPlan(lacking, on)).map(({ summary, reason }) => `${summary}: ${reason.text}`);
  };

  test.each<[string, Partial<HostFacts>, Family, string | undefined]>([
    ["nothing", {}, family, undefined],
    [
      "pasta",
      { missingTools: ["pasta"] },
      family,
      "package passt: rootless podman needs pasta, which is not installed",
    ],
    [
      "several of one package",
      { missingTools: ["newuidmap", "newgidmap", "dbus-user-session"] },
      family,
      "packages uidmap, dbus-user-session: rootless podman needs newuidmap, newgidmap, dbus-user-session, which are not installed",
    ],
    [
      "Fedora's names",
      { missingTools: ["newuidmap", "dbus-user-session"] },
      "fedora",
      "packages shadow-utils, dbus-common: rootless podman needs newuidmap, dbus-user-session, which are not installed",
    ],
    [
      "podman, and what it needs with it",
      { podmanVersion: undefined, missingTools: ["pasta"] },
      family,
      "packages podman, crun, netavark, passt: podman is not installed",
    ],
  ])("%s", (_, facts, on, line) => expect(summaryOf(facts, on)).toEqual(line && [line]));

  test("the plan says what comes then, in words and as data", () => {
    const plan = packagesPlan({ message: "podman is not installed", needs: ["podman"] }, family);
    expect(formatPlan(plan, { colour: false, diffs: true })).toBe(
      [
        "host",
        "  + package podman: podman is not installed",
        "",
        `${plan.next}`,
        "",
        "plan: 1 to create, 0 to update, 0 to remove, 0 units to restart",
        "",
      ].join("\n"),
    );
    expect(planAsJson(plan)).toMatchObject({ next: plan.next, changes: [{ kind: "packages", phase: "packages" }] });
    expect(plan.intends.packages).toEqual(["podman"]);
  });
});

test("a program that took a port may call itself anything", () => {
  const ports = [{ name: "web", host: 80, bind: ["loopback"], protocols: ["tcp"] }];
  const stack = { services: [{ name: "web", account: { user: "web-user" }, ports }] } as unknown as Stack;
  const listener = {
    protocol: "tcp",
    address: "127.0.0.1",
    port: 80,
    process: "\u001b[2Jred (pid 7)",
    uid: 33,
  } as const;
  const [finding] = portsTaken(stack, "100.64.0.1" as never, new Map(), [listener]);
  expect(finding?.message).toContain("by \\u001b[2Jred (pid 7)");
});

describe("ports", () => {
  const port = { name: "web", host: 80, bind: ["tailnet"], protocols: ["tcp"] };
  const service = { name: "web", account: { user: "web-user" }, ports: [port] };
  const uids = new Map([["web-user", 800]]);

  function taken(listener: Partial<ListenerFact>, changes: object = {}) {
    const stack = { services: [{ ...service, ports: [{ ...port, ...changes }] }] } as unknown as Stack;
    const fact = { protocol: "tcp", address: "100.64.0.1", port: 80, process: "", uid: 33, ...listener } as const;
    return portsTaken(stack, host.tailnet.address ?? ("" as never), uids, [fact]).length;
  }

  test.each<[string, Partial<ListenerFact>, object, number]>([
    ["the same address", {}, {}, 1],
    ["every IPv4 address", { address: "0.0.0.0" }, {}, 1],
    ["every address", { address: "::" }, {}, 1],
    ["another address", { address: "127.0.0.1" }, {}, 0],
    ["another port", { port: 81 }, {}, 0],
    ["another protocol", { protocol: "udp" }, {}, 0],
    ["one of two protocols", { protocol: "udp" }, { protocols: ["tcp", "udp"] }, 1],
    ["our own service", { uid: 800 }, {}, 0],
    ["root", { uid: 0 }, {}, 1],
    ["loopback, where loopback is wanted", { address: "127.0.0.1" }, { bind: ["loopback"] }, 1],
    ["the tailnet, where loopback is wanted", {}, { bind: ["loopback"] }, 0],
    ["either of two", { address: "127.0.0.1" }, { bind: ["tailnet", "loopback"] }, 1],
  ])("%s", (_, listener, changes, count) => {
    expect(taken(listener, changes)).toBe(count);
  });

  test("the finding says who and what to do", () => {
    const fact = { protocol: "tcp", address: "0.0.0.0", port: 80, uid: 33 } as const;
    const say = (process: string) =>
      portsTaken({ services: [service] } as unknown as Stack, "100.64.0.1" as never, uids, [{ ...fact, process }]);
    expect(say("apache2 (pid 7)")).toEqual([
      {
        message: "port 80 (tcp) of web is already taken on 0.0.0.0 by apache2 (pid 7)",
        hint: "stop that program, or set services.web.ports.web in /etc/install-quadlets/stack.yaml",
      },
    ]);
    expect(say("")[0]?.message).toContain("by a program of uid 33");
  });
});
