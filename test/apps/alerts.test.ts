/** What `svc alerts` makes of Alertmanager's answers. */
import { describe, expect, test } from "vitest";
import { readAlerts } from "../../src/apps/alerts.ts";
import { alertsText } from "../../src/cli/svc-alerts.ts";
import type { HttpAnswer } from "../../src/model/http.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { renderSite, siteSources } from "../render/support.ts";
import { memorySystem } from "../support/memory-system.ts";

function indexOf(stack: string): ServiceIndex {
  const { files } = renderSite(siteSources(stack));
  return JSON.parse(files.find((file) => file.path === INDEX_PATH)?.content ?? "") as ServiceIndex;
}

const watched = indexOf("{ observability: true, services: { alertmanager: { ports: { web: 9193 } } } }");

const alert = (name: string, severity: string, startsAt: string, annotations: object = {}, labels: object = {}) => ({
  labels: { alertname: name, severity, ...labels },
  annotations,
  startsAt,
  status: { state: "active", silencedBy: [], inhibitedBy: [] },
});
const WATCHDOG = alert("Watchdog", "none", "2026-11-21T00:00:00.000Z");

async function told(answer: HttpAnswer | undefined, index = watched): Promise<string> {
  const system = memorySystem({ now: new Date("2026-11-21T12:00:00Z") });
  system.http.answer = ({ port, path, method, bearer }) => {
    expect({ port, method, bearer }).toEqual({ port: 9193, method: "GET", bearer: undefined });
    expect(path).toBe("/api/v2/alerts?active=true&silenced=false&inhibited=false&unprocessed=true");
    return answer;
  };
  return alertsText(await readAlerts(system, index));
}

const json = (value: unknown) => ({ status: 200, body: JSON.stringify(value) });

test("nothing but the one that always fires", async () => {
  expect(await told(json([WATCHDOG]))).toBe("nothing is wrong");
});

test("the worst first, then the newest, each with what to type", async () => {
  const text = await told(
    json([
      alert("Old", "warning", "2026-11-21T10:00:00Z", { summary: "old", runbook: "sudo svc status a" }),
      alert("Odd", "", "nonsense"),
      WATCHDOG,
      alert("New", "warning", "2026-11-21T11:59:30Z", { summary: "new" }),
      alert(
        "Bad",
        "critical",
        "2026-11-20T12:00:00Z",
        { summary: "bad", runbook: "sudo svc status b" },
        { service: "b" },
      ),
    ]),
  );
  expect(text.split("\n")).toEqual([
    "critical: bad (Bad, for 24 h)",
    "  hint: sudo svc status b",
    "warning: new (New, for 30 s)",
    "warning: old (Old, for 2 h)",
    "  hint: sudo svc status a",
    "unknown: Odd (Odd, for 0 s)",
  ]);
});

test("without the one that always fires nothing is said to be well", async () => {
  expect(await told(json([]))).toMatch(/^the rules are not watched: /);
});

test("what was measured cannot speak to the terminal", async () => {
  const text = await told(
    json([
      WATCHDOG,
      alert("A\u001b[2J", "critical", "2026-11-21T12:00:00Z", { summary: "x\u001b]0;y\u0007\nroot: z" }),
    ]),
  );
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  expect(text.split("\n")).toHaveLength(1);
});

describe("what keeps it from an answer is said", () => {
  test.each([
    [undefined, "nobody answers at 127.0.0.1:9193"],
    [{ status: 503, body: "" }, "alertmanager answers 503 to /api/v2/alerts"],
    [{ status: 200, body: "<html>" }, "the answer of alertmanager cannot be read"],
    [json({}), "the answer of alertmanager cannot be read"],
    [json([1]), "the answer of alertmanager cannot be read"],
  ])("%j", async (answer, message) => {
    await expect(told(answer)).rejects.toThrow(message);
  });

  test("nobody watches", async () => {
    await expect(told(undefined, indexOf("{}"))).rejects.toThrow("nothing on this host watches");
  });
});
