/** `svc status --ask` of what is no model: answers of proxies, name servers and programs in, who is missed and what to do out. */
import { describe, expect, test } from "vitest";
import { askServices } from "../../src/apps/ask-services.ts";
import { answerLines, missingIn } from "../../src/apps/missing-answers.ts";
import { UserError } from "../../src/model/diagnostic.ts";
import type { HttpAnswer, HttpQuestion } from "../../src/model/http.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import type { DnsQuestion } from "../../src/system/interfaces.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

const CA = "/var/lib/install-quadlets/ca/ca.crt";
const WELL: HttpAnswer = { status: 200, body: "{}" };

const indexes = new Map<string, ServiceIndex>();

function indexOf(stack = "{}"): ServiceIndex {
  const known = indexes.get(stack);
  if (known !== undefined) return known;
  const file = renderSite(siteSources(stack)).files.find(({ path }) => path === INDEX_PATH);
  const index = JSON.parse(file?.content ?? "") as ServiceIndex;
  indexes.set(stack, index);
  return index;
}

interface World {
  readonly http?: (question: HttpQuestion) => HttpAnswer | undefined;
  readonly dns?: (question: DnsQuestion) => readonly string[];
  /** By unit; everything else is active. */
  readonly units?: Readonly<Record<string, string>>;
  readonly down?: readonly string[];
  readonly stack?: string;
}

async function ask(service: string, { http = () => WELL, dns = () => ["100.64.0.1"], ...world }: World) {
  const index = indexOf(world.stack);
  const sockets = index.services.map(({ uid }) => [`/run/user/${uid}/systemd/private`, ""] as const);
  const system = memorySystem({ files: { [CA]: "PEM", ...Object.fromEntries(sockets) } });
  system.runner.on("secret inspect", ({ argv }) => ({
    stdout: JSON.stringify([{ SecretData: `value of ${argv.at(-1)}` }]),
  }));
  system.runner.on(/systemctl --user .*show/, ({ argv }) => ({
    stdout: argv
      .filter((word) => word.endsWith(".service"))
      .map((unit) => `Id=${unit}\nLoadState=loaded\nActiveState=${world.units?.[unit] ?? "active"}\n`)
      .join("\n"),
  }));
  const asked: HttpQuestion[] = [];
  const names: DnsQuestion[] = [];
  system.http.answer = (question) => {
    asked.push(question);
    return http(question);
  };
  system.dns.answer = (question) => {
    names.push(question);
    return dns(question);
  };
  const answers = await askServices(system, index, ({ name }) => name === service, new Set(world.down));
  return {
    asked,
    names,
    answers,
    given: answers.filter(({ missing }) => missing === undefined).map(({ asked: who, where }) => `${who} ${where}`),
    lines: missingIn(answers).map(({ text, hint, byHand }) => `${text} | ${hint}${byHand ? " | by hand" : ""}`),
  };
}

const isWebui = ({ by }: HttpQuestion) => by?.name === "webui.liminati.internal";

describe("a proxy", () => {
  test("is asked for every route by its public name, at its address, and our authority must vouch for it", async () => {
    const { asked, given, lines } = await ask("nginx-proxy", {});
    expect(given).toEqual([
      "vllm-qwen https://vllm.liminati.internal",
      "open-webui https://webui.liminati.internal",
      "opik https://opik.liminati.internal",
    ]);
    expect(asked.map(({ path, port, by }) => `${by?.name}:${port}${path} ${by?.address} ${by?.trust}`)).toContain(
      "webui.liminati.internal:443/ 100.64.0.1 PEM",
    );
    // Nobody's key goes along.
    expect(asked.every(({ bearer, method }) => bearer === undefined && method === "GET")).toBe(true);
    expect(lines).toEqual([]);
  });

  const BAD = "open-webui does not give an answer at https://webui.liminati.internal: ";

  test.each<[string, string, string]>([
    ["runs", "active", "it answers 502, though open-webui runs | sudo svc restart open-webui"],
    ["has failed", "failed", "it answers 502: open-webui has failed | sudo svc status open-webui"],
    ["starts", "activating", "it answers 502: open-webui is still starting | sudo svc status open-webui"],
    ["somebody stopped", "inactive", "open-webui is stopped | sudo svc start open-webui | by hand"],
  ])("502 for one that %s names that one, and no other", async (_, state, said) => {
    const { lines, given } = await ask("nginx-proxy", {
      http: (question) => (isWebui(question) ? { status: 502, body: "<html>" } : WELL),
      units: { "open-webui.service": state },
    });
    expect(lines).toEqual([`${BAD}${said}`]);
    expect(given).toHaveLength(2);
  });

  test("one that hangs, or whose certificate is none of ours, is said in the words of that", async () => {
    const { lines } = await ask("nginx-proxy", {
      http: (question) => {
        if (isWebui(question)) throw new UserError("it is not to be trusted", "sudo install-quadlets verify");
        return WELL;
      },
    });
    expect(lines).toEqual([`${BAD}it is not to be trusted | sudo install-quadlets verify`]);
  });

  test("a worker that goes as it answers is forgiven once", async () => {
    let broken = 0;
    const { lines } = await ask("nginx-proxy", {
      http: (question) => {
        if (isWebui(question) && broken++ === 0) throw new UserError("it breaks off");
        return WELL;
      },
    });
    expect(lines).toEqual([]);
    expect(broken).toBe(2);
  });

  test("where nobody is at its door one thing is said, and not one for each route", async () => {
    const { lines } = await ask("nginx-proxy", { http: () => undefined });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/: nobody answers at 100\.64\.0\.1:443 \| sudo svc restart nginx-proxy$/);
  });

  test("one that sleeps for want of work is not asked for", async () => {
    const stack = "services: { vllm-qwen: { idle: 30m, swap: { group: vllm-qwen, default: true } } }";
    const { given, lines } = await ask("nginx-proxy", { stack, units: { "vllm-qwen.service": "inactive" } });
    expect(given).not.toContain("vllm-qwen https://vllm.liminati.internal");
    expect(given).toHaveLength(2);
    expect(lines).toEqual([]);
  });
});

describe("a name server", () => {
  test("is asked for the zone and each public name, where clients ask it", async () => {
    const { names, given, lines } = await ask("dnsmasq", {});
    expect(names.map(({ name, server, port }) => `${name} ${server}:${port}`)).toEqual(
      ["", "vllm.", "webui.", "opik."].map((label) => `${label}liminati.internal 100.64.0.1:53`),
    );
    expect(given).toContain("webui.liminati.internal 100.64.0.1:53");
    expect(lines).toEqual([]);
  });

  test("names that it lost, and those that it leads elsewhere, are named", async () => {
    const { lines } = await ask("dnsmasq", {
      dns: ({ name }) => (/^(webui|opik)/.test(name) ? [] : [name.startsWith("vllm") ? "192.0.2.9" : "100.64.0.1"]),
    });
    expect(lines).toEqual([
      "vllm.liminati.internal does not give the address 100.64.0.1 at 100.64.0.1:53: it says 192.0.2.9 | sudo install-quadlets",
      "webui.liminati.internal, opik.liminati.internal do not give the address 100.64.0.1 at 100.64.0.1:53: it does not know the name | sudo install-quadlets",
    ]);
  });

  test("one that says nothing", async () => {
    const { lines } = await ask("dnsmasq", {
      dns: () => {
        throw new UserError("100.64.0.1:53 does not answer within 5 s");
      },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/does not answer within 5 s \| sudo svc restart dnsmasq$/);
  });
});

/** As Opik's backend keeps them; `seenAfter`: questions until one that was written shows. */
function traces({ seenAfter = 0, refuses = false } = {}) {
  const kept = new Map<string, number>();
  const told: string[] = [];
  const http = ({ method, path, body }: HttpQuestion): HttpAnswer => {
    told.push(method);
    const id = path.split("/").at(-1) ?? "";
    if (method === "POST") {
      if (refuses) return { status: 500, body: '{"message":"ClickHouse is read-only"}' };
      kept.set((JSON.parse(body?.reveal() ?? "{}") as { id: string }).id, seenAfter);
      return { status: 201, body: "" };
    }
    if (method === "DELETE") return { status: kept.delete(id) ? 204 : 404, body: "" };
    const left = kept.get(id) ?? Number.POSITIVE_INFINITY;
    kept.set(id, left - 1);
    return left > 0
      ? { status: 404, body: '{"message":"no such trace"}' }
      : { status: 200, body: JSON.stringify({ id }) };
  };
  return { http, kept, told };
}

describe("requests of its own", () => {
  test("a trace is written, read back and taken away, through the public name", async () => {
    const opik = traces();
    const { asked, answers, lines } = await ask("opik", { http: opik.http });
    expect(lines).toEqual([]);
    expect(answerLines(answers)).toEqual([
      "opik gives a trace that was written at https://opik.liminati.internal, in 0.0 s",
    ]);
    expect(asked.map(({ method, by }) => `${method} ${by?.name}`)).toEqual(
      ["POST", "GET", "DELETE"].map((method) => `${method} opik.liminati.internal`),
    );
    expect(JSON.parse(asked[0]?.body?.reveal() ?? "")).toMatchObject({
      project_name: "install-quadlets",
      start_time: "2026-11-21T12:00:00.000Z",
    });
    expect(opik.kept.size).toBe(0);
  });

  test("one that shows late is waited for, and written once", async () => {
    const opik = traces({ seenAfter: 7 });
    expect((await ask("opik", { http: opik.http })).lines).toEqual([]);
    expect(opik.told.filter((method) => method === "POST")).toHaveLength(1);
  });

  test("one that never shows is missed when its time is over, and taken away all the same", async () => {
    const opik = traces({ seenAfter: 1_000 });
    const { lines, answers } = await ask("opik", { http: opik.http });
    expect(lines[0]).toMatch(
      /^opik does not give a trace that was written at https:\/\/opik\.liminati\.internal: GET \/api\/v1\/private\/traces\/[0-9a-f-]{36} is answered by 404: no such trace \| opik-manage logs backend 200$/,
    );
    expect(answers[0]?.milliseconds).toBeLessThanOrEqual(31_000);
    expect(opik.kept.size).toBe(0);
  });

  test("one that could not be written is not asked for", async () => {
    const opik = traces({ refuses: true });
    const { lines } = await ask("opik", { http: opik.http });
    expect(lines).toEqual([
      "opik does not give a trace that was written at https://opik.liminati.internal: POST /api/v1/private/traces is answered by 500: ClickHouse is read-only | opik-manage logs backend 200",
    ]);
    expect(opik.told).toEqual(["POST", "DELETE"]);
  });

  const CHAT: World["http"] = ({ path }) => ({
    status: 200,
    body:
      { "/health/db": '{"status":true}', "/api/config": '{"version":"0.11.4"}' }[path] ?? '{"data":[{"id":"qwen"}]}',
  });

  test("a chat without its database is degraded; without models, where whoever serves them runs, too", async () => {
    const { lines } = await ask("open-webui", {
      http: (question) => (question.path === "/health/db" ? { status: 500, body: "{}" } : CHAT?.(question)),
    });
    expect(lines).toContain(
      "open-webui does not give its database at https://webui.liminati.internal: GET /health/db is answered by 500: {} | sudo svc restart open-webui",
    );
  });

  test("the key that it shows for models goes to nobody who merely has the port", async () => {
    const { asked, lines } = await ask("open-webui", { http: CHAT });
    expect(asked.filter(({ bearer }) => bearer !== undefined)).toEqual([]);
    expect(lines).toEqual([
      "vllm-qwen does not give a list of models to open-webui at http://127.0.0.1:8000: nobody answers at 127.0.0.1:8000 | sudo svc status vllm-qwen",
    ]);
  });

  test("models of one that is known not to run are not missed", async () => {
    expect((await ask("open-webui", { http: CHAT, down: ["vllm-qwen"] })).lines).toEqual([]);
  });
});
