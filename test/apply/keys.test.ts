/** Keys on a host in memory: made once, kept, brought back, taken away, and never seen. */
import { describe, expect, test } from "vitest";
import { tokenOf } from "../../src/gateway/litellm-admin.ts";
import { stepsOf } from "../../src/model/plan.ts";
import { Secret } from "../../src/model/secret.ts";
import { readUndos } from "../../src/record/generations.ts";
import { takeBack } from "../../src/runs/take-back.ts";
import type { MemoryLitellm } from "../support/memory-litellm.ts";
import { askedSite, keySite, withGateway } from "./key-site.ts";
import { MemoryHost } from "./memory-host.ts";
import { applyOn, expectConverged, install, listener, prepareOn } from "./support.ts";

async function hostWith(keys: string): Promise<{ readonly host: MemoryHost; readonly gateway: MemoryLitellm }> {
  const host = new MemoryHost();
  const gateway = withGateway(host);
  await install(host, keySite(keys));
  return { host, gateway };
}

function storedValue(host: MemoryHost, name: string): string {
  return host.secrets.get(`router-user/router-key_${name}`) ?? "";
}

test("a declared key opens the gateway, by every name of its models, and the next plan is empty", async () => {
  const { host, gateway } = await hostWith('{ anna: { models: ["s*"], tokens_per_day: 1000 } }');
  expect(storedValue(host, "anna")).toMatch(/^sk-[0-9A-Za-z]{48}$/);
  expect(gateway.named("anna")).toMatchObject({
    token: tokenOf(new Secret(storedValue(host, "anna"))),
    models: ["small"],
    max_budget: 0.001,
    budget_duration: "24h",
  });
  await expectConverged(host, keySite('{ anna: { models: ["s*"], tokens_per_day: 1000 } }'));
});

test("its value is in no argument, no file, no line and no plan", async () => {
  const host = new MemoryHost();
  withGateway(host);
  const told = listener();
  const sources = keySite("{ anna: {}, ben: {} }");
  await install(host, sources, told);
  const changed = keySite("{ anna: { requests_per_minute: 5 } }");
  const { plan } = await prepareOn(host, changed);
  await install(host, changed, told);
  const values = [...host.secrets.values()];
  const files = [...host.system.files.nodes.values()].map((node) => (node.kind === "file" ? node.content : ""));
  const printed = [...host.system.runner.printed, ...told.lines, JSON.stringify(plan), ...files].join("\n");
  expect(values.filter((value) => printed.includes(value))).toEqual([]);
  expect(printed).toContain("key anna");
});

test("the master key is for the gateway's own user only, whoever else has its port", async () => {
  const { host, gateway } = await hostWith("{ anna: {} }");
  const table = "/proc/4242/net/tcp";
  host.system.files.put(table, host.text(table).replace(/ 80\d /, " 1000 "));
  const asked: string[] = [];
  host.system.http.answer = ({ path, bearer }) => {
    asked.push(`${path} ${bearer?.reveal()}`);
    return { status: 200, body: "{}" };
  };
  const { plan } = await prepareOn(host, keySite("{ anna: {} }")).catch(() => ({ plan: { stages: [] } }));
  expect(asked).toEqual([]);
  expect(stepsOf(plan).filter(({ change }) => change.kind === "remove-gateway-key")).toEqual([]);
  expect(gateway.named("anna")).toBeDefined();
});

test("a site without keys asks the gateway nothing, and podman for no secret", async () => {
  const host = new MemoryHost();
  const gateway = withGateway(host);
  gateway.broken = { status: 500, body: "" };
  await install(host, keySite(undefined));
  await expectConverged(host, keySite(undefined));
  expect(host.system.runner.printed.filter((line) => line.includes("--showsecret"))).toEqual([]);
});

test("keys of others are left alone, under a declared name, too", async () => {
  const { host, gateway } = await hostWith("{ ben: {} }");
  const row = gateway.named("ben");
  if (row === undefined) throw new Error("no such key");
  gateway.rows.push(
    { ...row, token: "t1", key_alias: "anna", metadata: {} },
    { ...row, token: "t2", key_alias: "ci", metadata: {} },
  );
  const before = JSON.stringify(gateway.rows.slice(1));
  await install(host, keySite("{ anna: {} }"));
  expect(gateway.named("ben")).toBeUndefined();
  expect(JSON.stringify(gateway.rows)).toBe(before);
  const { plan } = await prepareOn(host, keySite("{ anna: {} }"));
  expect(plan.notes?.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(["foreign key anna", "foreign key ci"]);
});

test("one of somebody else that comes in between is an error, and stays", async () => {
  const { host, gateway } = await hostWith("{ ben: {} }");
  const prepared = await prepareOn(host, keySite("{ ben: {}, anna: {} }"));
  expect(stepsOf(prepared.plan).map(({ summary }) => summary)).toContain("key anna (every model)");
  const { answer } = host.system.http;
  host.system.http.answer = (question) => {
    if (gateway.named("anna") === undefined) {
      const [row] = gateway.rows;
      if (row !== undefined) gateway.rows.push({ ...row, token: "t1", key_alias: "anna", metadata: {} });
    }
    return answer(question);
  };
  const run = applyOn(host, prepared, listener(), { what: "install", keepGoing: false });
  await expect(run).rejects.toThrow("the gateway has a key anna that install-quadlets did not make");
  expect(gateway.named("anna")?.token).toBe("t1");
});

describe("a key that goes", () => {
  test("comes back with its value and what it has spent, when the run is taken back", async () => {
    const { host, gateway } = await hostWith("{ anna: { tokens_per_day: 1000 } }");
    const value = storedValue(host, "anna");
    const row = gateway.named("anna");
    if (row !== undefined) row.spend = 0.0004;
    await install(host, keySite("{}"));
    expect([storedValue(host, "anna"), gateway.rows]).toEqual(["", []]);
    expect(await takeBack(host.system, await readUndos(host.system.files, 2))).toEqual([]);
    expect(storedValue(host, "anna")).toBe(value);
    expect(gateway.named("anna")).toMatchObject({
      token: tokenOf(new Secret(value)),
      spend: 0.0004,
      max_budget: 0.001,
    });
    await expectConverged(host, keySite("{ anna: { tokens_per_day: 1000 } }"));
  });

  test("has another value when it is declared again: the former may have been given up", async () => {
    const { host } = await hostWith("{ anna: {} }");
    const value = storedValue(host, "anna");
    await install(host, keySite("{}"));
    await install(host, keySite("{ anna: {} }"));
    expect(storedValue(host, "anna")).toMatch(/^sk-/);
    expect(storedValue(host, "anna")).not.toBe(value);
  });

  test("keeps its value where the whole service leaves and comes back: its data stays, too", async () => {
    const { host, gateway } = await hostWith("{ anna: {} }");
    const value = storedValue(host, "anna");
    await install(host, keySite("{ anna: {} }", ["engine"]));
    expect(storedValue(host, "anna")).toBe("");
    await install(host, keySite("{ anna: {} }"));
    expect(storedValue(host, "anna")).toBe(value);
    expect(gateway.named("anna")?.token).toBe(tokenOf(new Secret(value)));
  });
});

test("another value goes on where the former had come to, and the former opens nothing", async () => {
  const { host, gateway } = await hostWith("{ anna: { tokens_per_day: 1000 } }");
  const former = tokenOf(new Secret(storedValue(host, "anna")));
  const row = gateway.named("anna");
  if (row !== undefined) row.spend = 0.0009;
  const sources = keySite("{ anna: { tokens_per_day: 1000 } }");
  await install(host, sources, listener(), ["router-user/router-key_anna"]);
  expect(gateway.rows.map(({ token }) => token)).toEqual([tokenOf(new Secret(storedValue(host, "anna")))]);
  expect(gateway.rows[0]?.token).not.toBe(former);
  expect(gateway.named("anna")?.spend).toBe(0.0009);
});

test("a service that asks for models has a key, follows another value of it, and loses it with the last question", async () => {
  const host = new MemoryHost();
  const gateway = withGateway(host);
  const copy = () => host.secrets.get("asker-user/asker-gateway_key");
  await install(host, askedSite());
  expect(gateway.named("asker")).toMatchObject({ token: tokenOf(new Secret(storedValue(host, "asker"))), models: [] });
  expect(copy()).toBe(storedValue(host, "asker"));
  await expectConverged(host, askedSite());
  const former = copy();
  const { plan } = await prepareOn(host, askedSite(), ["router-user/router-key_asker"]);
  // A container reads its secrets at its start.
  const restarted = stepsOf(plan).flatMap(({ change }) =>
    change.kind === "unit" && change.verb === "restart" ? [change.unit as string] : [],
  );
  expect(restarted).toEqual(["asker.service"]);
  await install(host, askedSite(), listener(), ["router-user/router-key_asker"]);
  expect(copy()).not.toBe(former);
  expect(copy()).toBe(storedValue(host, "asker"));
  expect(gateway.rows.map(({ token }) => token)).toEqual([tokenOf(new Secret(copy() ?? ""))]);
  await install(host, askedSite(false));
  expect([gateway.rows, copy(), storedValue(host, "asker")]).toEqual([[], undefined, ""]);
  await expectConverged(host, askedSite(false));
});

test("a key that has expired is taken out, and is not made", async () => {
  const { host, gateway } = await hostWith("{ anna: { expires: 2026-11-25 }, old: { expires: 2026-11-20 } }");
  expect(gateway.rows.map(({ key_alias: name }) => name)).toEqual(["anna"]);
  await host.system.clock.sleep(6 * 86_400_000);
  await install(host, keySite("{ anna: { expires: 2026-11-25 } }"));
  expect(gateway.rows).toEqual([]);
});

test("a gateway that listens a moment late is waited for; one that does not run is named", async () => {
  const host = new MemoryHost();
  const gateway = withGateway(host);
  const { answer } = host.system.http;
  let silent = 5;
  host.system.http.answer = (question) => (silent-- > 0 ? undefined : answer(question));
  await install(host, keySite("{ anna: {} }"));
  expect(gateway.named("anna")).toBeDefined();
  host.shutDown();
  const change = { kind: "remove-gateway-key", name: "anna" } as const;
  const { plan } = await prepareOn(host, keySite("{ ben: {} }"));
  const step = stepsOf(plan).find((one) => one.change.kind === change.kind);
  if (step === undefined) throw new Error("no such step");
  expect(await takeBack(host.system, [step.change])).toEqual([
    "key anna: router.service does not run, and only it knows of keys",
  ]);
});
