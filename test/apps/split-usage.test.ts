/** Usage by people: whom services asked for, what they used for nobody, and holders of all other keys; nobody twice. */
import { expect, test } from "vitest";
import { readUsage } from "../../src/apps/gateway.ts";
import { splitUsage } from "../../src/apps/split-usage.ts";
import { parseCustomers } from "../../src/gateway/litellm-usage.ts";
import { NO_LIMITS } from "../../src/model/gateway-key.ts";
import type { FoundKey } from "../../src/model/key-facts.ts";
import { MemoryLitellm, type UsedRow } from "../support/memory-litellm.ts";

const NOW = new Date("2026-11-27T18:00:00Z");

function key(token: string, name: string, kind: FoundKey["kind"], holder?: string): FoundKey {
  const rest = { isOurs: true, isAsSet: true, isBlocked: false, limits: NO_LIMITS, spent: 0, resets: undefined };
  return { token, name, kind, holder, metadata: {}, ...rest };
}

const KEYS = [
  key("t-chat", "chat", "service", "Chat"),
  key("t-wiki", "wiki", "service", "Wiki"),
  key("t-anna", "anna", "person", "anna@example.org"),
  key("t-job", "job", "machine"),
];

/** "27 t-chat chat bob 10": a request of the day with the key that was called so, for somebody or for "-", with so many tokens. */
function row(text: string): UsedRow {
  const [day = "", token = "", alias = "", customer = "-", tokens = "0"] = text.split(" ");
  const said = customer === "-" ? {} : { customer };
  return {
    date: `2026-11-${day}`,
    token,
    alias,
    model: "m",
    prompt_tokens: Number(tokens),
    completion_tokens: 0,
    ...said,
  };
}

/** A gateway with those keys and that use, as the program asks it. */
function gateway(rows: readonly string[], change: (litellm: MemoryLitellm) => void = () => {}) {
  const litellm = new MemoryLitellm();
  litellm.used.push(...rows.map(row));
  for (const { token, name, kind, holder } of KEYS) {
    const nothing = { models: [], rpm_limit: null, tpm_limit: null, max_parallel_requests: null, max_budget: null };
    const never = { budget_duration: null, budget_reset_at: null, expires: null, spend: 0, blocked: null };
    const metadata = { made_by: "install-quadlets", holder: holder ?? null, kind };
    litellm.rows.push({ token, key_alias: name ?? null, ...nothing, ...never, metadata });
  }
  change(litellm);
  const paths: string[] = [];
  const ask = async ({ method, path }: { readonly method: string; readonly path: string }) => {
    paths.push(path.replace(/\?.*/, ""));
    return litellm.answer({ method, path, bearer: "", body: undefined });
  };
  return { paths, gateway: { http: { ask }, port: 4000, master: "" } as unknown as Parameters<typeof readUsage>[0] };
}

async function byUser(rows: readonly string[], change?: (litellm: MemoryLitellm) => void, days = 7) {
  const { rows: found, note } = await readUsage(gateway(rows, change).gateway, "user", days, NOW);
  return { lines: found.map(({ name, requests, input }) => `${name}: ${requests} ${input}`), note };
}

const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ["one service, two people", ["27 t-chat chat bob 10", "27 t-chat chat eve 3"], ["bob: 1 10", "eve: 1 3"]],
  ["somebody through two services", ["27 t-chat chat bob 10", "26 t-wiki wiki bob 5"], ["bob: 2 15"]],
  ["what is for nobody", ["27 t-chat chat bob 10", "27 t-chat chat - 4"], ["bob: 1 10", "Chat (its own): 1 4"]],
  ["a service that never says for whom", ["27 t-wiki wiki - 4"], ["Wiki (its own): 1 4"]],
  [
    "a holder whom a service asks for, too",
    ["27 t-anna anna - 2", "27 t-chat chat anna@example.org 3"],
    ["anna@example.org: 2 5"],
  ],
  [
    "a key of no service that names somebody",
    ["27 t-anna anna bob 2", "27 t-job job eve 1"],
    ["anna@example.org: 1 2", "job: 1 1"],
  ],
  ["the former value of a service's key", ["26 t-old chat bob 7", "27 t-chat chat bob 1"], ["bob: 2 8"]],
  ["a key that is gone with its service", ["26 t-gone gone bob 7"], ["gone: 1 7"]],
  ["days without any between", ["22 t-chat chat bob 1", "27 t-chat chat bob 2"], ["bob: 2 3"]],
  ["nothing at all", [], []],
  ["a row that LiteLLM assigns to nobody", ["27 t-chat chat Unassigned 9"], ["Chat (its own): 1 9"]],
];

test.each(CASES)("%s", async (_what, rows, lines) => {
  expect(await byUser(rows)).toEqual({ lines, note: undefined });
  // One row of the database on each page.
  expect(
    (
      await byUser(rows, (litellm) => {
        litellm.pageSize = 1;
      })
    ).lines,
  ).toEqual(lines);
});

test("only the days that are asked for count", async () => {
  expect((await byUser(["26 t-chat chat bob 1", "27 t-chat chat eve 2"], undefined, 1)).lines).toEqual(["eve: 1 2"]);
});

test("an older LiteLLM, which has no such sums: each service is one row, and a sentence says why", async () => {
  const rows = ["27 t-chat chat bob 10", "27 t-chat chat - 4", "27 t-anna anna - 1"];
  const { lines, note } = await byUser(rows, (litellm) => {
    litellm.isOld = true;
  });
  expect(lines).toEqual(["Chat: 2 14", "anna@example.org: 1 1"]);
  expect(note).toContain("does not say for whom services asked");
});

test("whoever has no service's key, or looks at it in another way, does not ask for people", async () => {
  const asked = gateway(["27 t-chat chat bob 10"]);
  await readUsage(asked.gateway, "key", 1, NOW);
  const alone = gateway([], (litellm) => litellm.rows.splice(0, 2));
  await readUsage(alone.gateway, "user", 1, NOW);
  expect([...asked.paths, ...alone.paths]).not.toContain("/customer/daily/activity");
});

test("what is counted for people only, as yet, is no debt of the service", () => {
  const used = { requests: 1, failed: 0, input: 5, output: 5, dollars: 0.1 };
  const more = { ...used, requests: 2, input: 9, output: 9, dollars: 0.2 };
  const entry = { day: "2026-11-27", of: "t-chat", name: "chat" };
  expect(splitUsage([{ ...entry, ...used }], [{ ...entry, ...more, customer: "bob" }], KEYS)).toEqual([
    { name: "bob", ...more },
  ]);
});

test("an answer of another form is none", () => {
  expect(parseCustomers("[]")).toBeUndefined();
  expect(parseCustomers('{"results": [{"date": "2026-11-27", "breakdown": {"entities": 7}}]}')).toEqual({
    used: [],
    pages: 1,
  });
});
