/** The way to LiteLLM's administration, over HTTP to one in memory that takes no field that it does not know. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ask, type Gateway, listKeys } from "../../src/admin/client.ts";
import { changeQuestion, deleteQuestion, makeQuestion, parsePage, tokenOf } from "../../src/gateway/litellm-admin.ts";
import type { KeyLimits } from "../../src/model/gateway-key.ts";
import type { WantedKey } from "../../src/model/key-facts.ts";
import { Secret } from "../../src/model/secret.ts";
import { RealHttp } from "../../src/system/http.ts";
import { limitsOf, wantedKey } from "../support/keys.ts";
import { MemoryLitellm } from "../support/memory-litellm.ts";

const MASTER = new Secret("sk-master-of-the-gateway");
const NOW = new Date("2026-11-21T12:00:00Z");

let litellm: MemoryLitellm;
let server: Server;
let gateway: Gateway;
/** What a test wants instead of an answer. */
let instead: ((response: import("node:http").ServerResponse) => void) | undefined;

beforeEach(async () => {
  litellm = new MemoryLitellm();
  litellm.master = MASTER.reveal();
  instead = undefined;
  server = createServer((request, response) => {
    if (instead !== undefined) return instead(response);
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const bearer = headers.authorization?.replace(/^Bearer /, "");
      const answer = litellm.answer({ method, path, bearer, body });
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  gateway = { http: new RealHttp(), port: (server.address() as AddressInfo).port, master: MASTER };
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function key(limits: Partial<KeyLimits>, others: Partial<WantedKey> = {}): WantedKey {
  return wantedKey({ ...others, limits });
}

const VALUE = new Secret("sk-value-of-anna");
const make = (wanted: WantedKey, spent = 0) => ask(gateway, makeQuestion(wanted, VALUE, spent, NOW));
const EXPIRES = "2026-11-24T00:00:00.000Z";

describe.each<[string, Partial<KeyLimits>, object]>([
  ["nothing but a name", {}, { models: [], max_budget: null, expires: null, rpm_limit: null }],
  [
    "every limit",
    { models: ["a", "b"], requestsPerMinute: 60, tokensPerMinute: 20000, parallelRequests: 4, expires: EXPIRES },
    {
      models: ["a", "b"],
      rpm_limit: 60,
      tpm_limit: 20000,
      max_parallel_requests: 4,
      expires: "2026-11-24T00:00:00.000000",
    },
  ],
  [
    "tokens a day",
    { allowance: { kind: "tokens", tokens: 123_457 } },
    { max_budget: 0.123457, budget_duration: "24h" },
  ],
  [
    "dollars a month",
    { allowance: { kind: "dollars", dollars: 2.5, every: "month" } },
    { max_budget: 2.5, budget_duration: "30d" },
  ],
  [
    "dollars a week",
    { allowance: { kind: "dollars", dollars: 2.5, every: "week" } },
    { max_budget: 2.5, budget_duration: "7d" },
  ],
  // What somebody else set, when that comes back.
  [
    "dollars in all",
    { allowance: { kind: "dollars", dollars: 9, every: undefined } },
    { max_budget: 9, budget_duration: null },
  ],
  [
    "dollars in another span",
    { allowance: { kind: "dollars", dollars: 9, every: "12h" } },
    { max_budget: 9, budget_duration: "12h" },
  ],
])("a key with %s", (_, limits, row) => {
  test("is made, and read back as it was declared", async () => {
    await make(key(limits, { holder: "Anna", kind: "machine" }), 0.25);
    expect(litellm.named("anna")).toMatchObject({ ...row, spend: 0.25, token: tokenOf(VALUE) });
    const [found] = await listKeys(gateway);
    expect(found).toMatchObject({ name: "anna", holder: "Anna", kind: "machine", isOurs: true, isAsSet: true });
    expect(found?.limits).toEqual(limitsOf(limits));
    expect(found?.spent).toBe(0.25);
  });

  test("is made out of any other, and becomes any other", async () => {
    await make(key({}));
    const change = async (wanted: WantedKey) => {
      const [found] = await listKeys(gateway);
      if (found !== undefined) await ask(gateway, changeQuestion(wanted, found, NOW));
    };
    await change(key(limits));
    expect((await listKeys(gateway))[0]).toMatchObject({ limits: limitsOf(limits), isAsSet: true });
    await change(key({}));
    expect((await listKeys(gateway))[0]).toMatchObject({ limits: limitsOf(), isAsSet: true });
  });
});

test("a change keeps what others noted on a key, and what it has spent", async () => {
  await make(key({}));
  const row = litellm.named("anna");
  if (row === undefined) throw new Error("no such key");
  row.metadata["ticket"] = "T-1";
  row.spend = 0.5;
  const [found] = await listKeys(gateway);
  if (found !== undefined) await ask(gateway, changeQuestion(key({ requestsPerMinute: 1 }), found, NOW));
  expect(litellm.named("anna")).toMatchObject({ spend: 0.5, metadata: { ticket: "T-1", made_by: "install-quadlets" } });
});

test("whoever changed a limit by hand is told from a file that changed", async () => {
  await make(key({ requestsPerMinute: 60 }));
  const row = litellm.named("anna");
  if (row !== undefined) row.rpm_limit = 6000;
  expect((await listKeys(gateway))[0]?.isAsSet).toBe(false);
});

test("a key that is over by now ends with the next second", async () => {
  await make(key({}));
  const [found] = await listKeys(gateway);
  if (found !== undefined) await ask(gateway, changeQuestion(key({ expires: "2026-11-01T00:00:00.000Z" }), found, NOW));
  expect(litellm.told.at(-1)?.body["duration"]).toBe("1s");
});

test("keys are read to the last page, and deleted by their tokens", async () => {
  litellm.pageSize = 2;
  for (const name of ["a", "b", "c", "d", "e"]) {
    await ask(gateway, makeQuestion(key({}, { name }), new Secret(`sk-value-of-${name}`), 0, NOW));
  }
  const keys = await listKeys(gateway);
  expect(keys.map(({ name }) => name)).toEqual(["a", "b", "c", "d", "e"]);
  await ask(gateway, deleteQuestion(keys[1]?.token ?? ""));
  expect(litellm.rows.map(({ key_alias: name }) => name)).toEqual(["a", "c", "d", "e"]);
});

test("a key that is not ours says so, whatever it is called", async () => {
  await make(key({}));
  const row = litellm.named("anna");
  if (row !== undefined) row.metadata = { made_by: "somebody" };
  expect((await listKeys(gateway))[0]?.isOurs).toBe(false);
});

describe("what goes wrong is said, and no value is", () => {
  test.each<[string, () => void, string]>([
    [
      "another master key",
      () => (litellm.master = "sk-another"),
      "401 to /key/list: Authentication Error, Invalid proxy",
    ],
    [
      "no database",
      () => (litellm.broken = { status: 500, body: '{"error":{"message":"Database not connected"}}' }),
      "500 to /key/list: Database not connected",
    ],
    [
      "a page instead of data",
      () => (litellm.broken = { status: 502, body: "<html>\n<h1>Bad Gateway</h1>" }),
      "502 to /key/list: <html>",
    ],
    ["nothing at all", () => (litellm.broken = { status: 503, body: "" }), "503 to /key/list: no reason given"],
    [
      "a detail",
      () => (litellm.broken = { status: 403, body: '{"detail":"key sk-abcdefgh123 may\\u001b[2J not"}' }),
      "403 to /key/list: key sk-... may\\u001b[2J not",
    ],
    [
      "a list that is none",
      () => (litellm.broken = { status: 200, body: '{"keys":["sk-abcdefgh"]}' }),
      "list of keys cannot be read",
    ],
    [
      "half an answer",
      () =>
        (instead = (response) =>
          response.writeHead(200, { "content-length": 100 }).write("{", () => response.destroy())),
      "breaks off: ",
    ],
  ])("%s", async (_, arrange, words) => {
    arrange();
    const error = await listKeys(gateway).catch((caught: unknown) => caught);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toMatch(/sk-[a-z]/);
  });

  test("a name that another key has", async () => {
    await make(key({}));
    const again = ask(gateway, makeQuestion(key({}), new Secret("sk-another-value"), 0, NOW));
    await expect(again).rejects.toThrow(
      "the gateway answers 400 to /key/generate: Key with alias 'anna' already exists",
    );
  });

  test("nobody listens", async () => {
    server.close();
    await new Promise((resolve) => server.once("close", resolve));
    await expect(listKeys(gateway)).rejects.toThrow(`nobody answers at 127.0.0.1:${gateway.port}`);
  });

  test("no answer comes", async () => {
    instead = () => undefined;
    const asked = gateway.http.ask({ method: "GET", path: "/", port: gateway.port, bearer: MASTER, timeoutMs: 50 });
    await expect(asked).rejects.toThrow("does not answer within 0.05 s");
  });

  test("an answer that never ends", async () => {
    const chunk = Buffer.alloc(1024 * 1024, "x");
    instead = (response) => {
      response.writeHead(200);
      const more = (): void => {
        if (!response.destroyed && response.write(chunk)) setImmediate(more);
        else response.once("drain", more);
      };
      more();
    };
    await expect(listKeys(gateway)).rejects.toThrow("its answer is longer than");
  });
});

test.each([
  ["an instant without a zone is in UTC", '"2026-11-24T00:00:00"', EXPIRES],
  ["one with a zone", '"2026-11-24T02:00:00+02:00"', EXPIRES],
  ["what is no instant", '"never"', undefined],
  ["nothing", "null", undefined],
])("%s", (_, expires, instant) => {
  const page = parsePage(`{"keys":[{"token":"t","expires":${expires}}],"total_pages":1}`);
  expect(page?.keys[0]?.limits.expires).toBe(instant);
});
