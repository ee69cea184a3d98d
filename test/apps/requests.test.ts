/** The log of requests, followed and walked through: each request once, whatever the order in which they are written. */
import { describe, expect, test } from "vitest";
import { Following } from "../../src/apps/follow-requests.ts";
import { keyNames } from "../../src/apps/read-requests.ts";
import { type Door, TailedRequests } from "../../src/apps/tail-requests.ts";
import { requestsBetween } from "../../src/apps/walk-requests.ts";
import { lineOf } from "../../src/cli/gateway-tail.ts";
import { REQUEST_HEAD, requestCells, requestJson } from "../../src/cli/request-text.ts";
import { tokenOf } from "../../src/gateway/litellm-admin.ts";
import type { LoggedRequest } from "../../src/gateway/litellm-requests.ts";
import { userError } from "../../src/model/diagnostic.ts";
import { Secret } from "../../src/model/secret.ts";
import { MemoryLitellm } from "../support/memory-litellm.ts";
import { memorySystem } from "../support/memory-system.ts";

const NOW = Date.UTC(2026, 10, 27, 18);

function site() {
  const { http } = memorySystem();
  const litellm = new MemoryLitellm();
  litellm.master = "sk-master";
  http.answer = ({ method, path, bearer, body }) =>
    litellm.answer({ method, path, bearer: bearer?.reveal(), body: body?.reveal() });
  /** Began so many milliseconds before NOW. */
  const add = (id: string, before: number, took = 10, fields: object = {}) =>
    litellm.requests.push({
      request_id: id,
      api_key: "token",
      startTime: new Date(NOW - before).toISOString(),
      endTime: new Date(NOW - before + took).toISOString(),
      ...fields,
    });
  return { litellm, add, gateway: { http, port: 4000, master: new Secret("sk-master") } };
}

const ids = (rows: readonly LoggedRequest[]) => rows.map(({ id }) => id);

describe("who follows", () => {
  test("sees the last ten first, in the order of their ends, then what comes, and nothing twice", async () => {
    const { add, gateway } = site();
    for (let index = 0; index < 12; index++) add(`a${index}`, 100_000 - index);
    add("older than anybody looks", 3_700_000);
    const following = new Following();
    const first = await following.look(gateway, NOW);
    expect(ids(first.rows)).toEqual(Array.from({ length: 10 }, (_, index) => `a${index + 2}`));
    expect(ids((await following.look(gateway, NOW + 3_000)).rows)).toEqual([]);
    add("b", -1_000);
    add("a long one", 600_000, 602_000);
    expect(ids((await following.look(gateway, NOW + 6_000)).rows)).toEqual(["b", "a long one"]);
    // Written after what ended later.
    add("late", 20_000);
    expect(ids((await following.look(gateway, NOW + 9_000)).rows)).toEqual(["late"]);
    expect(ids((await following.look(gateway, NOW + 12_000)).rows)).toEqual([]);
  });

  test("waits where there is nothing, and is not told of what was before", async () => {
    const { add, gateway } = site();
    const following = new Following();
    expect(await following.look(gateway, NOW)).toEqual({ rows: [], isCut: false });
    add("before", 600_000);
    add("now", 0);
    expect(ids((await following.look(gateway, NOW + 3_000)).rows)).toEqual(["now"]);
  });

  test("reads on over pages, and says where it read no further", async () => {
    const { add, gateway, litellm } = site();
    const following = new Following();
    await following.look(gateway, NOW);
    for (let index = 0; index < 250; index++) add(`a${index}`, -index);
    const look = await following.look(gateway, NOW + 3_000);
    expect([look.rows.length, look.isCut, litellm.looked.length]).toEqual([250, false, 4]);
    for (let index = 0; index < 2_100; index++) add(`b${index}`, -1_000 - index);
    const busy = await following.look(gateway, NOW + 6_000);
    expect([busy.rows.length, busy.isCut]).toEqual([2_000, true]);
  });

  test("one that took longer than an hour is seen within a minute, and once; one of a day, too", async () => {
    const { add, gateway, litellm } = site();
    add("before", 5 * 3_600_000, 4 * 3_600_000);
    const following = new Following();
    expect(ids((await following.look(gateway, NOW)).rows)).toEqual([]);
    add("long", 2 * 3_600_000, 2 * 3_600_000 + 5_000);
    add("a day", 24 * 3_600_000, 24 * 3_600_000 + 6_000);
    add("short", -20_000);
    const seen: string[] = [];
    for (let at = 3_000; at <= 240_000; at += 3_000) {
      // Moves on what is news, so that those that took long are behind it.
      if (at === 39_000) add("shorter", -39_000);
      seen.push(...ids((await following.look(gateway, NOW + at)).rows));
    }
    expect(seen).toEqual(["short", "shorter", "long", "a day"]);
    // Of eighty looks four were far.
    expect(litellm.looked.length).toBeLessThanOrEqual(1 + 80 * 2 + 4 * 2);
  });

  test("one key only", async () => {
    const { add, gateway } = site();
    add("mine", 1_000, 10, { api_key: "other" });
    add("not mine", 1_000);
    expect(ids((await new Following("other").look(gateway, NOW)).rows)).toEqual(["mine"]);
  });

  test("an answer that is no log", async () => {
    const { gateway, litellm } = site();
    litellm.broken = { status: 200, body: "<html>" };
    await expect(new Following().look(gateway, NOW)).rejects.toThrow("the gateway's log of requests cannot be read");
  });
});

describe("whoever looks on", () => {
  function doorTo({ gateway, litellm }: ReturnType<typeof site>) {
    const state = { isAway: false, forgotten: 0, now: { ...gateway } };
    const door: Door = {
      get: async () => {
        if (state.isAway) throw userError("no-answer", "gateway does not answer at port 4000");
        return state.now;
      },
      forget: () => {
        state.forgotten += 1;
        state.now = { ...gateway };
      },
    };
    litellm.models.push("qwen", "tinyllama");
    litellm.answer({
      method: "POST",
      path: "/key/generate",
      bearer: "sk-master",
      body: JSON.stringify({ key: "sk-anna", key_alias: "anna" }),
    });
    return { door, state };
  }

  test.each([
    [{ model: "qwn" }, "the gateway has no model qwn", "did you mean qwen?"],
    [{ model: "gpt-oss:20b" }, "the gateway has no model gpt-oss:20b", "there are qwen, tinyllama"],
    [{ key: "ana" }, "the gateway has no key ana", "did you mean anna?"],
    [{ key: "somebody" }, "the gateway has no key somebody", "gateway-manage key list"],
  ])("%j", async (only, message, hint) => {
    const { door } = doorTo(site());
    await expect(TailedRequests.open(door, only)).rejects.toMatchObject({ message, hint });
  });

  test("sees what it asked for, with the names of keys", async () => {
    const here = site();
    const { door } = doorTo(here);
    const token = tokenOf(new Secret("sk-anna"));
    here.add("a", 2_000, 10, { api_key: token, model_group: "qwen" });
    here.add("b", 1_000, 10, { api_key: token, model_group: "tinyllama" });
    here.add("c", 500, 10, { model_group: "qwen" });
    const seen = async (only: { key?: string; model?: string }) =>
      (await (await TailedRequests.open(door, only)).look(NOW)).rows.map(({ row, key }) => `${row.id} ${key}`);
    expect(await seen({ model: "qwen" })).toEqual(["a anna", "c token..."]);
    expect(await seen({ key: "anna" })).toEqual(["a anna", "b anna"]);
    expect(await seen({ key: "anna", model: "qwen" })).toEqual(["a anna"]);
  });

  test("by an alias sees what it stands for, and is told so once", async () => {
    const here = site();
    const { door } = doorTo(here);
    here.litellm.models.push("default");
    here.add("a", 2_000, 10, { model_group: "qwen" });
    here.add("b", 1_000, 10, { model_group: "tinyllama" });
    const standsFor = (name: string) => (name === "default" ? "qwen" : name);
    const tailed = await TailedRequests.open(door, { model: "default" }, standsFor);
    const first = await tailed.look(NOW);
    expect(first.rows.map(({ row }) => row.id)).toEqual(["a"]);
    expect(first.notes).toEqual(["default stands for qwen: these are all requests for qwen"]);
    expect((await tailed.look(NOW + 3_000)).notes).toEqual([]);
    const plain = await TailedRequests.open(door, { model: "qwen" }, standsFor);
    expect((await plain.look(NOW)).notes).toEqual([]);
  });

  test("a restart of the gateway is told once, and nothing is lost by it", async () => {
    const here = site();
    const { door, state } = doorTo(here);
    const tailed = await TailedRequests.open(door, {});
    expect((await tailed.look(NOW)).notes).toEqual(["no such request has ended within the last hour; waiting for one"]);
    state.isAway = true;
    const away = [await tailed.look(NOW + 3_000), await tailed.look(NOW + 6_000)];
    expect(away.flatMap(({ notes }) => notes)).toEqual(["gateway does not answer at port 4000; looking again"]);
    here.add("meanwhile", -4_000);
    state.isAway = false;
    here.litellm.broken = { status: 503, body: "" };
    expect((await tailed.look(NOW + 9_000)).notes).toHaveLength(1);
    here.litellm.broken = undefined;
    const back = await tailed.look(NOW + 12_000);
    expect([back.rows.map(({ row }) => row.id), back.notes, state.forgotten]).toEqual([["meanwhile"], [], 3]);
  });

  test("where it is away from the start, that is an error", async () => {
    const { door, state } = doorTo(site());
    const tailed = await TailedRequests.open(door, {});
    state.isAway = true;
    await expect(tailed.look(NOW)).rejects.toThrow("does not answer");
    await expect(TailedRequests.open(door, {})).rejects.toThrow("does not answer");
  });
});

async function walk(gateway: ReturnType<typeof site>["gateway"], from: number, to: number, meanwhile = () => {}) {
  const found: string[] = [];
  for await (const rows of requestsBetween(gateway, from, to)) {
    found.push(...ids(rows));
    meanwhile();
  }
  return found;
}

describe("a span of time", () => {
  test("from its first instant until before its last, the oldest first", async () => {
    const { add, gateway } = site();
    for (const before of [2_000, 1_999, 1_500, 501, 500, 499, 2_001]) add(`${before}`, before);
    expect(await walk(gateway, NOW - 2_000, NOW - 500)).toEqual(["2000", "1999", "1500", "501"]);
  });

  test("nothing at all is one question", async () => {
    const { gateway, litellm } = site();
    expect(await walk(gateway, NOW - 3_600_000, NOW)).toEqual([]);
    expect(litellm.looked).toHaveLength(1);
  });

  test.each([
    ["far apart", 3_000, 600],
    // More of them in one second than are counted off at once.
    ["close together", 0.05, 6_000],
    ["exactly full pages", 1_000, 300],
    // A whole page, and then a whole stride, begins in the same second.
    ["some to a second", 9, 12_345],
  ])("each once, %s", async (_, apart, count) => {
    const { add, gateway, litellm } = site();
    for (let index = 0; index < count; index++) add(`${index}`, 3_599_000 - Math.floor(index * apart));
    const found = await walk(gateway, NOW - 3_600_000, NOW);
    expect([found.length, new Set(found).size]).toEqual([count, count]);
    expect(litellm.looked.length).toBeLessThanOrEqual(Math.floor(count / 100) + 5);
  });

  test("an offset stays small where the requests do not all come at once", async () => {
    const { add, gateway, litellm } = site();
    for (let index = 0; index < 12_000; index++) add(`${index}`, 3_599_000 - 250 * index);
    await walk(gateway, NOW - 3_600_000, NOW);
    expect(Math.max(...litellm.looked.map((query) => Number(query.get("page"))))).toBe(50);
  });

  test("what is written meanwhile shows none twice", async () => {
    const { add, gateway } = site();
    for (let index = 0; index < 1_000; index++) add(`${index}`, 3_000_000 - 1_000 * index);
    let more = 0;
    const found = await walk(gateway, NOW - 3_600_000, NOW, () => add(`late ${more++}`, 3_500_000));
    const wanted = found.filter((id) => !id.startsWith("late"));
    expect([wanted.length, new Set(found).size]).toEqual([1_000, found.length]);
  });
});

test("keys have the name that they had, or have, or the beginning of their token", async () => {
  const { litellm, gateway } = site();
  litellm.answer({
    method: "POST",
    path: "/key/generate",
    bearer: "sk-master",
    body: JSON.stringify({ key: "sk-anna", key_alias: "anna" }),
  });
  const nameOf = await keyNames(gateway);
  const row = (token: string, key?: string) => nameOf({ token, key } as LoggedRequest);
  expect([
    row(tokenOf(new Secret("sk-anna"))),
    row("0123456789abcdef", "gone"),
    row("0123456789abcdef"),
    row(tokenOf(new Secret("sk-master"))),
    row(""),
  ]).toEqual(["anna", "gone", "0123456789ab...", "master key", "unknown"]);
});

const ROW: LoggedRequest = {
  id: "1",
  began: NOW,
  ended: NOW + 12_345,
  firstToken: 250,
  token: "token",
  key: undefined,
  model: "qwen",
  answeredBy: "hosted_vllm/qwen at 127.0.0.1:8000",
  failure: undefined,
  input: 1_200,
  output: 20,
  dollars: 0.00122,
};

test("lines line up, and names from elsewhere stay in theirs", () => {
  const evil = { ...ROW, model: "a\nb\u001b[2J", failure: "429", firstToken: undefined, answeredBy: undefined };
  const lines = [lineOf(REQUEST_HEAD), lineOf(requestCells(ROW, "anna")), lineOf(requestCells(evil, "ben\tx"))];
  expect(lines.join("\n")).toMatchInlineSnapshot(`
    "TIME (UTC)  KEY               MODEL                 STATUS  FIRST TOKEN  TOOK      IN       OUT      COUNTED AS  ANSWERED BY
    18:00:12    anna              qwen                  ok      250 ms       12.3 s    1,200    20       $0.0012     hosted_vllm/qwen at 127.0.0.1:8000
    18:00:12    ben x             a b\\u001b[2J          429     -            12.3 s    1,200    20       $0.0012     -"
  `);
  expect(requestJson(evil, "ben")).toMatchObject({
    ended: "2026-11-27T18:00:12.345Z",
    failure: "429",
    answeredBy: null,
    firstTokenMilliseconds: null,
    milliseconds: 12_345,
  });
});
