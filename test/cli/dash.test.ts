/** The screen of `svc dash` as data: what is known, a size and what is chosen in, lines and actions out. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ServiceState } from "../../src/apps/look.ts";
import type { Judgement } from "../../src/apps/signs.ts";
import { press } from "../../src/cli/dash-keys.ts";
import { screenOf, shownView } from "../../src/cli/dash-screen.ts";
import { type DashState, FIRST_VIEW, type View } from "../../src/cli/dash-state.ts";
import { type Status, statusText } from "../../src/cli/status-text.ts";
import { dash } from "../../src/cli/svc-dash.ts";
import { cut } from "../../src/cli/terminal.ts";

afterEach(() => vi.unstubAllEnvs());

const SMALL = { rows: 24, columns: 80 };
const SIZES = [
  SMALL,
  { rows: 40, columns: 120 },
  { rows: 10, columns: 40 },
  { rows: 3, columns: 5 },
  { rows: 1, columns: 1 },
];

function status(name: string, judgement: Partial<Judgement> = {}): Status {
  const service = { name, description: "A service", urls: [], units: [] };
  const whole: Judgement = { word: "healthy", sentence: "its health check passes", ...judgement };
  const state = { service, judgement: whole, units: [] } as unknown as ServiceState;
  return { name, judgement: whole, state, units: [], expiries: {} };
}

const ILL = status("opik", {
  word: "failed",
  sentence: "opik-mysql: it ended with code 1; opik-backend needs it",
  hint: "sudo svc logs -n 200 opik-mysql",
  line: "no space left on device",
});
const ALL = [status("nginx-proxy"), ILL, status("vllm-qwen", { word: "starting", sentence: "it loads its model" })];

const gpu = { index: 0, name: "NVIDIA H200", busy: 0.34, usedBytes: 45e9, totalBytes: 151e9 };
const ENTRY = { time: "2026-11-21T13:00:00+0100", who: "opik-mysql", text: "ready" };

const BARE: DashState = {
  host: "gpu1",
  now: new Date("2026-11-21T12:00:00"),
  statuses: { value: ALL },
  cards: undefined,
  models: undefined,
  alerts: undefined,
  log: { value: [] },
};
const FULL: DashState = {
  ...BARE,
  cards: { value: { gpus: [{ gpu, given: [], used: [] }] as never, trouble: [] } },
  models: {
    value: [
      { name: "vllm-qwen", tokensPerSecond: 41.96, firstToken: 0.314, running: 3, waiting: 2 },
      { name: "gateway", trouble: "nobody answers at 127.0.0.1:4000" },
    ],
  },
  alerts: {
    value: {
      areWatched: true,
      firing: [
        {
          name: "DiskFull",
          severity: "critical",
          service: undefined,
          summary: "it is full",
          runbook: "df -h",
          age: 30,
        },
      ],
    },
  },
  log: { value: [ENTRY] },
};

function shown(state: DashState, size = SMALL, view: View = FIRST_VIEW): readonly string[] {
  return screenOf(state, size, view, cut).map(({ text }) => text);
}

/** Without the empty lines above the keys. */
function text(state: DashState, size = SMALL, view: View = FIRST_VIEW): string {
  return shown(state, size, view)
    .filter((line) => line !== "")
    .join("\n");
}

test("all of it in 80x24", () => {
  expect(text(FULL)).toBe(`svc dash   gpu1   12:00:00   1 healthy, 1 failed, 1 starting
SERVICES
> nginx-proxy: healthy: its health check passes
  opik: failed: opik-mysql: it ended with code 1; opik-backend needs it
    its log: no space left on device
    hint: sudo svc logs -n 200 opik-mysql
  vllm-qwen: starting: it loads its model
ALERTS
  critical: it is full (DiskFull, for 30 s)
    hint: df -h
MODELS
  vllm-qwen: 42.0 tokens/s, first token 0.31 s, 3 answered, 2 wait
  gateway: nobody answers at 127.0.0.1:4000
GPU
  GPU 0, NVIDIA H200: 34 % busy, 41.9 GiB of 141 GiB in use
LOG
  13:00:00 opik-mysql: ready
q: quit   r: restart   l: its log   enter: details   up, down: choose`);
});

test("every service is in the words of svc status", () => {
  for (const line of statusText(ALL, false).split("\n")) expect(text(FULL)).toContain(line);
});

test("what is not there is left out: no card, no model, nobody who watches", () => {
  expect(text(BARE)).not.toMatch(/GPU|MODELS|ALERTS/);
  expect(text(BARE)).toContain("LOG\n  nothing was written");
});

test.each(SIZES)("%o: as many lines as there are, none of them wider", (size) => {
  const wide = "模型".repeat(80);
  const entry = { ...ENTRY, text: `${wide}\n${"long ".repeat(80)}` };
  const many = Array.from({ length: 40 }, (_, index) => status(`service-${index}-${"x".repeat(60)}`));
  for (const page of ["all", "details", "log", "question"] as const) {
    const lines = shown({ ...FULL, statuses: { value: many }, log: { value: [entry, entry] } }, size, {
      ...FIRST_VIEW,
      page,
    });
    expect(lines).toHaveLength(Math.max(1, size.rows - 1));
    for (const line of lines) {
      expect(cut(line, size.columns)).toBe(line);
      expect([...line].reduce((sum, one) => sum + (/[模型]/.test(one) ? 2 : 1), 0)).toBeLessThanOrEqual(size.columns);
    }
  }
});

test("the one that is chosen is seen, however many there are, with what to do below it", () => {
  const many = Array.from({ length: 40 }, (_, index) => status(`service-${index}`, ILL.judgement));
  for (const chosen of ["service-0", "service-20", "service-39"])
    expect(text({ ...FULL, statuses: { value: many } }, SMALL, { ...FIRST_VIEW, chosen })).toMatch(
      new RegExp(`SERVICES \\(\\d+ more\\)[\\s\\S]*> ${chosen}: failed[\\s\\S]*hint: [\\s\\S]*ALERTS`),
    );
});

test("in a small window the services and what fires stay", () => {
  const lines = text(FULL, { rows: 10, columns: 40 });
  expect(lines).toMatch(/> nginx-proxy[\s\S]*ALERTS/);
  expect(lines).toMatch(/\nq: quit {3}r: restart/);
});

test("what a service wrote cannot speak to the terminal", () => {
  const evil = "\u001b[2J\u0007\ttab\rback\u202eturned";
  const state = {
    ...FULL,
    log: { value: [{ ...ENTRY, text: evil }] },
    statuses: { value: [status("a", { sentence: evil })] },
  };
  for (const page of ["all", "details", "log"] as const) {
    const all = shown(state, { rows: 24, columns: 200 }, { ...FIRST_VIEW, page }).join("\n");
    expect(all).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(all).toContain("\\u001b[2J\\u0007 tab\\u000dback\\u202eturned");
  }
});

describe("a part that has no answer says so in its place, and the others are there", () => {
  test.each<[string, Partial<DashState>]>([
    ["SERVICES\n  asking", { statuses: {} }],
    ["SERVICES\n  no answer for 12 s\n> nginx-proxy", { statuses: { value: ALL, waiting: 12_000 } }],
    [
      "ALERTS\n  nobody answers at 127.0.0.1:9093\n  hint: sudo svc status",
      { alerts: { trouble: "nobody answers at 127.0.0.1:9093\nhint: sudo svc status" } },
    ],
    ["GPU\n  no answer for 30 s", { cards: { waiting: 30_000 } }],
    ["GPU\n  no graphics card answers", { cards: { value: { gpus: [], trouble: [] } } }],
    ["GPU\n  nvidia-smi: it hangs", { cards: { value: { gpus: [], trouble: ["nvidia-smi: it hangs"] } } }],
    [
      "LOG\n  journalctl ended with code 1\n  13:00:00 opik-mysql: ready",
      { log: { value: [ENTRY], trouble: "journalctl ended with code 1" } },
    ],
  ])("%s", (words, change) => {
    const all = text({ ...FULL, ...change });
    expect(all).toContain(words);
    expect(all).toMatch(/SERVICES[\s\S]*ALERTS[\s\S]*MODELS[\s\S]*GPU[\s\S]*LOG/);
  });

  test("an answer on its way is nothing to speak of", () => {
    expect(text({ ...FULL, statuses: { value: ALL, waiting: 1_000 } })).not.toContain("no answer");
  });
});

test("details are those of svc status NAME, and can be scrolled", () => {
  const view: View = { page: "details", chosen: "opik", offset: 0 };
  expect(text(FULL, SMALL, view)).toContain(
    statusText([ILL], true)
      .split("\n")
      .map((line) => `  ${line}`)
      .filter((line) => line.trim() !== "")
      .join("\n"),
  );
  const scrolled = text(FULL, { rows: 6, columns: 80 }, { ...view, offset: 99 });
  expect(scrolled).toContain("svc logs opik shows its log");
  expect(scrolled).not.toContain("opik: failed");
});

test("what was scrolled past the end of details is not to be scrolled back, nor what a larger screen shows anyway", () => {
  const view: View = { page: "details", chosen: "opik", offset: 99 };
  const { offset } = shownView(FULL, { rows: 6, columns: 80 }, view);
  expect(offset).toBe(statusText([ILL], true).split("\n").length - 3);
  expect(shownView(FULL, { rows: 100, columns: 80 }, view).offset).toBe(0);
  const late = { ...FULL, statuses: { value: ALL, trouble: "no answer" } };
  expect(shownView(late, { rows: 6, columns: 80 }, view).offset).toBe(offset + 1);
  expect(shownView(FULL, SMALL, FIRST_VIEW)).toBe(FIRST_VIEW);
});

test("where nothing can be drawn it says what to type instead", async () => {
  vi.stubEnv("TERM", "dumb");
  await expect(dash()).rejects.toMatchObject({ code: "no-terminal", hint: "svc status --json" });
});

describe("keys", () => {
  const state = { statuses: { value: ALL } };
  const key = (name: string, ctrl = false) => ({ name, ctrl });
  const shows = (view: View, name: string) => {
    const action = press(state, view, key(name));
    return action.do === "show" ? action.view : expect.fail(action.do);
  };
  const chosen = (name: string, page: View["page"] = "all"): View => ({ page, chosen: name, offset: 0 });

  test("up and down stay within the services", () => {
    expect(shows(FIRST_VIEW, "up").chosen).toBe("nginx-proxy");
    expect(shows(FIRST_VIEW, "down").chosen).toBe("opik");
    expect(shows(chosen("vllm-qwen"), "j").chosen).toBe("vllm-qwen");
    expect(shows(chosen("gone"), "down").chosen).toBe("opik");
  });

  test("pages go there and back", () => {
    expect(shows(FIRST_VIEW, "return")).toEqual(chosen("nginx-proxy", "details"));
    expect(shows(chosen("opik", "details"), "return").page).toBe("all");
    expect(shows(chosen("opik", "details"), "down").offset).toBe(1);
    expect(shows(chosen("opik"), "l").page).toBe("log");
    expect(shows(chosen("opik", "log"), "escape").page).toBe("all");
  });

  test("a restart asks first, names whom, and only y is a yes", () => {
    const asked = shows(chosen("opik"), "r");
    expect(asked).toEqual(chosen("opik", "question"));
    expect(text(FULL, SMALL, asked)).toMatch(/\nrestart opik\? y restarts it, any other key does not$/);
    expect(press(state, asked, key("y"))).toEqual({ do: "restart", name: "opik", view: chosen("opik") });
    for (const name of ["n", "r", "return", "q", "Y", "space"]) expect(shows(asked, name).page).toBe("all");
    // It has gone meanwhile: who stands in its place was not asked about.
    expect(press({ statuses: { value: [status("other")] } }, asked, key("y")).do).toBe("show");
  });

  test("q, Ctrl-C and Ctrl-D end it", () => {
    expect(press(state, FIRST_VIEW, key("q"))).toEqual({ do: "quit" });
    expect(press(state, chosen("opik", "question"), key("c", true))).toEqual({ do: "quit" });
    expect(press(state, FIRST_VIEW, key("l", true))).toEqual({ do: "redraw" });
    expect(shows(FIRST_VIEW, "x")).toEqual(FIRST_VIEW);
  });

  test("where nothing is installed there is nothing to restart", () => {
    expect(press({ statuses: { value: [] } }, FIRST_VIEW, key("r"))).toEqual({ do: "show", view: FIRST_VIEW });
    expect(press({ statuses: {} }, FIRST_VIEW, key("down"))).toEqual({ do: "show", view: FIRST_VIEW });
  });
});
