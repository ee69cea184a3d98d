/** The parts of `svc dash` are read apart: what hangs or fails is said in its place, and the others go on. */
import { expect, test, vi } from "vitest";
import { readParts } from "../../src/cli/dash-parts.ts";
import { INDEX_PATH, type ServiceIndex } from "../../src/model/index-file.ts";
import { memorySystem } from "../support/memory-system.ts";

const service = {
  name: "qwen",
  from: "own",
  description: "A model",
  user: "qwen-user",
  uid: 990,
  gid: 990,
  home: "/srv/qwen",
  urls: [],
  ports: [],
  units: [{ name: "qwen", unit: "qwen.service", kind: "container", description: "", image: "", health: false }],
  metrics: { port: 8000, path: "/metrics" },
  alerts: 9093,
};
const index = { version: 2, domain: "x", services: [service] } as unknown as ServiceIndex;

function host() {
  const system = memorySystem({
    files: { [INDEX_PATH]: JSON.stringify(index) },
  });
  let now = 0;
  const sleepers: (() => void)[] = [];
  let asked: readonly string[] = [];
  const around = {
    system,
    stream: async function* (command: { readonly argv: readonly string[] }) {
      asked = command.argv;
      yield JSON.stringify({
        MESSAGE: "hello",
        _SYSTEMD_USER_UNIT: "qwen.service",
        CONTAINER_NAME: "qwen",
        __REALTIME_TIMESTAMP: "1764233314000000",
      });
    },
    elapsed: () => now,
    sleep: () => new Promise<void>((resolve) => sleepers.push(resolve)),
    onNews: () => undefined,
  };
  const wake = () => {
    for (const one of sleepers.splice(0)) one();
  };
  return { system, around, wake, pass: (milliseconds: number) => (now += milliseconds), asked: () => asked };
}

test("a log that does not come, and metrics that hang, keep nothing else back", async () => {
  const { system, around, pass } = host();
  system.http.answer = ({ port }) => (port === 9093 ? { status: 503, body: "" } : undefined);
  const real = system.http.ask.bind(system.http);
  system.http.ask = (question) => (question.port === 8000 ? new Promise(() => undefined) : real(question));
  const failing = {
    ...around,
    // biome-ignore lint/correctness/useYield: it fails before
    stream: async function* (): AsyncGenerator<string> {
      throw new Error("no journal");
    },
  };
  const parts = readParts(failing, index);
  parts.readLog(undefined, 5);
  await vi.waitFor(() =>
    expect(parts.state().alerts?.trouble).toMatch(/^qwen answers 503 .*\nhint: sudo svc status qwen$/),
  );
  await vi.waitFor(() => expect(parts.state().statuses).toEqual({ value: [expect.anything()] }));
  await vi.waitFor(() => expect(parts.state().log.trouble).toBe("no journal"));
  pass(12_000);
  expect(parts.state().models).toEqual({ waiting: 12_000 });
  expect(parts.state().cards).toBeUndefined();
});

test("counters need two readings", async () => {
  const { system, around, pass, wake } = host();
  let tokens = 100;
  system.http.answer = () => ({ status: 200, body: `vllm:generation_tokens_total ${tokens}` });
  const parts = readParts(around, index);
  await vi.waitFor(() => expect(parts.state().models?.value).toEqual([{ name: "qwen" }]));
  tokens = 150;
  pass(5_000);
  wake();
  await vi.waitFor(() => expect(parts.state().models?.value).toMatchObject([{ name: "qwen", tokensPerSecond: 10 }]));
});

test("the log is that of who is looked at, and what was read of others is forgotten", async () => {
  const { around, asked } = host();
  const parts = readParts(around, index);
  parts.readLog(undefined, 5);
  await vi.waitFor(() => expect(parts.state().log.value).toMatchObject([{ who: "qwen", text: "hello" }]));
  expect(asked()).toContain("_UID=990");
  parts.readLog("other", 5);
  expect(parts.state().log.value).toBeUndefined();
  // Nobody of that name: the journal of the whole host is nobody's answer.
  await vi.waitFor(() => expect(parts.state().log.value).toEqual([]));
});
